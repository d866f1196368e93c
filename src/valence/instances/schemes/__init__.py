"""Security schemes: how a vendor call is authenticated, one file a kind.

Open `authorization.py` first: what every file here makes. A file shows how a definition says its
kind. What a kind asks its vendor for beforehand is in `grants.py`, one floor of files up."""
