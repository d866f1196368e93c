"""One file a noun of the platform API, and `resources.py`, the way to the gateway."""
