"""Where a vendor may send the browser back to."""

from urllib.parse import urlsplit

from valence.domain.errors import InvalidRequest


def check_callback_url(url: str, *, name: str) -> None:
    """Refuse a callback that cannot be one. Raises InvalidRequest naming the parameter."""
    try:
        parts = urlsplit(url)
    except ValueError as exc:
        raise InvalidRequest(f"{name} is not a URL.") from exc
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise InvalidRequest(f"{name} must start with http: or https: and name a host.")
    if parts.fragment or "#" in url:
        raise InvalidRequest(f"{name} must not have a fragment (#...).")
