"""What can be wrong with keys and sealed values."""

from valence.domain import OperatorError


class KeyringError(OperatorError):
    """The master keyring is missing, unreadable, unsafe, or of other data."""

    code = "keyring-error"


class SealBroken(OperatorError):
    """A sealed value does not open here: it was altered, or moved from another row or field."""

    code = "seal-broken"
