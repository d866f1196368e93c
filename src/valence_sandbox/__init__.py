"""Fake vendors on loopback, outside the product as vendors are.

Open `vendors/__init__.py` first: it shows a whole vendor. A generic core plays what a description
in `vendors/` says: `vendor.py` is the description and the front, `account.py` the data,
`checks.py` who calls, `quotas.py` how often, `oauth.py` with `token_endpoint.py` and `authorize.py`
the authorization server and its pages, `host.py` HTTP, `admin.py` the orders of `/_sim`,
`call.py`, `bodies.py`, `paging.py`, `identifiers.py` what handlers use. Nothing is kept when the
process ends. The room knows
nothing of the product and refuses callers from anywhere but loopback on its `/_sim` endpoints.
"""

from valence_sandbox.app import create_app
from valence_sandbox.settings import SandboxSettings

__all__ = ["SandboxSettings", "create_app"]
