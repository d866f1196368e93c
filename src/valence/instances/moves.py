"""May an instance move to another element? Its credentials would go where that one says.

Source: the wire contract on updating instances: to a clone of the same origin, or to an element
of the same kind of authentication that calls the same hosts."""

from urllib.parse import urlsplit

from valence.domain import Element, InvalidRequest

_ADDRESSES = (
    "base.url",
    "oauth.token.url",
    "oauth.token.refresh_url",
    "oauth.token.revoke_url",
)
"""Where credentials are sent."""


def require_movable(element: Element, target: Element) -> None:
    """Refuse a move that could send stored credentials to a foreign host. Raises InvalidRequest."""
    is_same_kind = element.authentication is target.authentication
    if is_same_kind and (_origin(element) == _origin(target) or _hosts(element) == _hosts(target)):
        return
    raise InvalidRequest(
        f"An instance of {element.key} cannot move to {target.key}: that is neither a clone of the"
        " same element, nor does it authenticate in the same way at the same hosts.",
        code="element-mismatch",
    )


def _origin(element: Element) -> int:
    return element.origin_id or element.id


def _hosts(element: Element) -> tuple[str, ...]:
    return tuple(urlsplit(element.default(key) or "").netloc.casefold() for key in _ADDRESSES)
