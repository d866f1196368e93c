"""A session that a login gives: custom authentication that ends and is begun again.

In a definition, a resource logs in; what it captures is configuration, which rows send:

    authentication: {type: custom}
    configuration:
      - {key: acme.user, name: User, description: Your login, required: true}
      - {key: acme.password, name: Password, description: Of it, type: PASSWORD, required: true}
      - {key: acme.session, name: Session, description: Kept here, type: PASSWORD, internal: true}
      - {key: expires_in, name: Lifetime, description: Seconds, default: "3600", internal: true}
    parameters: ["configuration:acme.session > header:X-Session"]
    resources:
      - operation: POST /login
        vendor: POST /sessions
        type: onRefresh
        parameters:
          - configuration:acme.user > bodyField:user
          - configuration:acme.password > bodyField:password
          - {name: acme.session, type: configuration, vendorType: bodyField, vendorName: token, source: response}

When it ends is said by `expires` (when, or after how many seconds) or by `expires_in` (seconds)
counted from `authentication.time`, or from the login; where nothing says it, a vendor's 401 does.
A login at creation is the onProvision or provisionAuthValidation resource, where the element has
one of them, else the same onRefresh."""  # noqa: E501 - a sample is one line an entry

from collections.abc import Callable
from datetime import UTC, datetime

from valence.domain import Secret
from valence.oauth import TokenSet

KEYS = ("expires", "expires_in", "authentication.time")
_A_MOMENT = 1_000_000_000  # a number above it is no length of time but a moment in seconds
_IN_MILLISECONDS = 100_000_000_000


def session_of(text: Callable[[str], str], *, now_ms: int) -> TokenSet:
    """Return a token set that holds nothing but when a session began and ends."""
    begun = _moment_ms(text("authentication.time")) or now_ms
    ends = _moment_ms(text("expires"))
    seconds = _seconds(text("expires")) if ends is None else None
    if ends is None and seconds is None:
        seconds = _seconds(text("expires_in"))
    if ends is None and seconds is not None:
        ends = begun + int(seconds * 1000)
    return TokenSet(
        access_token=Secret(""),
        refresh_token=None,
        token_type="session",  # noqa: S106 - what kind it is
        scope=None,
        issued_ms=min(begun, now_ms),
        expires_ms=ends,
    )


def _seconds(value: str) -> float | None:
    try:
        number = float(value)
    except ValueError:
        return None
    return number if 0 <= number < _A_MOMENT else None


def _moment_ms(value: str) -> int | None:
    try:
        number = float(value)
    except ValueError:
        return _written_moment_ms(value)
    if not _A_MOMENT <= number < 10**15:
        return None
    return int(number if number >= _IN_MILLISECONDS else number * 1000)


def _written_moment_ms(value: str) -> int | None:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)
