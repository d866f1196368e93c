"""When a server wants to be asked again."""

import pytest

from valence.domain import retry_after_seconds

NOW_MS = 1_700_000_000_000  # Tue, 14 Nov 2023 22:13:20 GMT


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "7"}, 7),
        ({"Retry-After": " 0 "}, 0),
        ({"Retry-After": "1.2"}, 2),
        ({"Retry-After": "Tue, 14 Nov 2023 22:13:30 GMT"}, 10),
        ({"Retry-After": "Tue, 14 Nov 2023 22:13:30 -0000"}, 10),
        ({"Retry-After": "Mon, 01 Jan 2001 00:00:00 GMT"}, 0),
        # The server's clock is an hour ahead of ours; its own `Date` says so.
        (
            {
                "Retry-After": "Tue, 14 Nov 2023 23:13:25 GMT",
                "Date": "Tue, 14 Nov 2023 23:13:20 GMT",
            },
            5,
        ),
        ({"Retry-After": "Tue, 14 Nov 2023 22:13:30 GMT", "Date": "yesterday"}, 10),
        ({}, None),
        ({"Retry-After": ""}, None),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "-1"}, None),
        ({"Retry-After": "\u0667"}, None),
        ({"Retry-After": "9" * 5000}, None),
        ({"Retry-After": "Tue, 14 Nov 99999 22:13:30 GMT"}, None),
        ({"Retry-After": "Tue, 14 Nov 2023 22:13:30 +99999999999"}, None),
    ],
)
def test_retry_after_is_seconds_or_a_date(headers: dict[str, str], seconds: int | None) -> None:
    """Both forms of RFC 9110, rounded up; nonsense is nothing."""
    assert retry_after_seconds(headers, now_ms=NOW_MS) == seconds
