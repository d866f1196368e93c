"""Which calls are repeated, and when."""

import pytest

from valence.egress.retry import backoff_seconds, pause_before_repeat


@pytest.mark.parametrize(
    ("method", "status", "after", "pause"),
    [
        ("GET", 429, "1", 1.0),
        ("GET", 503, "2", 2.0),
        ("GET", 429, "60", None),
        ("GET", 500, "1", None),
        ("GET", 200, "1", None),
        ("POST", 429, "1", 1.0),
        ("PATCH", 429, "0", 0.0),
        ("POST", 429, "3", None),
        ("POST", 429, "", None),
        ("POST", 503, "1", None),
        ("DELETE", 503, "1", None),
    ],
)
def test_only_what_was_not_acted_on_is_repeated(
    method: str, status: int, after: str, pause: float | None
) -> None:
    """A 429 of any method when the vendor says when, soon; a 503 only of what reads."""
    found = pause_before_repeat(method, status, {"Retry-After": after}, repeat=0, now_ms=0)
    assert found == pause


@pytest.mark.parametrize("status", [429, 503])
def test_without_a_time_reading_is_repeated_after_a_growing_pause(status: int) -> None:
    """Half a second, then one; never less than half of it."""
    for repeat, longest in ((0, 0.5), (1, 1.0)):
        found = pause_before_repeat("GET", status, {}, repeat=repeat, now_ms=0)
        assert found is not None
        assert longest / 2 <= found <= longest


def test_pauses_vary() -> None:
    """Callers refused together do not come back together."""
    assert len({backoff_seconds(0) for _ in range(20)}) > 1
