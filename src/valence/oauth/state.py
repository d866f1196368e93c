"""The `state` of a flow that Valence binds. Source: RFC 6749 section 10.12."""

import secrets


def new_state(element_key: str) -> str:
    """Return `<element key>.<random>` with 192 random bits; old clients read the part before the
    dot.
    """
    return f"{element_key}.{secrets.token_urlsafe(24)}"
