"""Fake vendors on loopback, outside the product as vendors are.

Open `app.py` first. A generic core (authorization server, collections, throttle, forced answers)
plays what a description in `vendors/` says. Nothing is kept when the process ends. The room knows
nothing of the product and refuses callers from anywhere but loopback on its `/_sim` endpoints.
"""

from valence_sandbox.app import create_app
from valence_sandbox.settings import SandboxSettings

__all__ = ["SandboxSettings", "create_app"]
