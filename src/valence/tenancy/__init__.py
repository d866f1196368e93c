"""Organizations, accounts, users; who calls, by which secrets, and signed in how.

Open `tenancy.py` first. The room decides who a caller is; what he may do with an object is
decided by the room that holds the object. It refuses to tell an unknown user from a wrong
password."""

from valence.tenancy.callers import Callers
from valence.tenancy.oauth_apps import OAuthApp, OAuthApps
from valence.tenancy.operator_apps import OperatorApp, OperatorApps
from valence.tenancy.passwords import check_policy
from valence.tenancy.tenancy import Bootstrapped, CallerSecretPair, Login, Session, Tenancy

__all__ = [
    "Bootstrapped",
    "CallerSecretPair",
    "Callers",
    "Login",
    "OAuthApp",
    "OAuthApps",
    "OperatorApp",
    "OperatorApps",
    "Session",
    "Tenancy",
    "check_policy",
]
