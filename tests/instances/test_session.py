"""When a session ends, as logins tell it."""

import pytest

from valence.instances.schemes.session import session_of

NOW = 1_700_000_000_000


@pytest.mark.parametrize(
    ("values", "issued", "ends"),
    [
        ({}, NOW, None),
        ({"expires_in": "60"}, NOW, NOW + 60_000),
        ({"expires_in": "0.5"}, NOW, NOW + 500),
        (
            {"expires_in": "60", "authentication.time": str(NOW - 10_000)},
            NOW - 10_000,
            NOW + 50_000,
        ),
        ({"expires_in": "60", "authentication.time": "1699999990"}, NOW - 10_000, NOW + 50_000),
        ({"expires": "60"}, NOW, NOW + 60_000),
        ({"expires": "1700000060"}, NOW, NOW + 60_000),
        ({"expires": str(NOW + 60_000)}, NOW, NOW + 60_000),
        ({"expires": "2023-11-14T22:14:20Z"}, NOW, NOW + 60_000),
        ({"expires": "2023-11-14T22:14:20"}, NOW, NOW + 60_000),
        ({"expires": "60", "expires_in": "9"}, NOW, NOW + 60_000),
        ({"expires": "soon", "expires_in": "-1"}, NOW, None),
        ({"expires": "nan", "expires_in": "inf"}, NOW, None),
        # A clock ahead of ours makes no token of the future.
        ({"expires_in": "60", "authentication.time": str(NOW + 5_000)}, NOW, NOW + 65_000),
    ],
)
def test_a_session_ends_when_it_says(values: dict[str, str], issued: int, ends: int | None) -> None:
    """A moment or a length of time, in seconds or milliseconds; nonsense says nothing."""
    made = session_of(lambda key: values.get(key, ""), now_ms=NOW)
    assert (made.issued_ms, made.expires_ms) == (issued, ends)
