"""The page about calling vendors tells the numbers that are in force."""

from pathlib import Path

import pytest

from valence.egress import (
    GENERIC_WINDOWS,
    OutboundRequest,
    budget,
    circuit,
    client,
    retry,
    trace,
    wire,
)
from valence.settings import Settings

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "calling-vendors.md"


@pytest.mark.parametrize(
    "told",
    [
        f"| {Settings().vendor_timeout:.0f} s ([`VALENCE_VENDOR_TIMEOUT`]",
        f"| making a connection | {wire.CONNECT_SECONDS:.0f} s |",
        f"| {OutboundRequest('GET', '').size_limit_bytes // 1024**2} MiB, then `vendor-malformed`",
        f"| redirects | {client.REDIRECTS};",
        f"sent at most {['one', 'two', 'three'][retry.REPEATS]} times",
        f"again after {retry.CONNECT_PAUSE_SECONDS} s",
        f"`Retry-After` of at most {retry.LONGEST_WAIT_SECONDS:.0f} s",
        f"half and all of {retry.FIRST_BACKOFF_SECONDS} s",
        f"the time is at most {budget.LONGEST_BUDGET_WAIT_SECONDS:.0f} s",
        f"held longer than {budget.LONGEST_HOLD_SECONDS / 60:.0f} minutes",
        f"at most {budget.HOLDS_KEPT:,} limits",
        *(f"`{window.remaining}` with `{window.reset}`" for window in GENERIC_WINDOWS),
        f"within {circuit.FAILURES_WITHIN_SECONDS:.0f} s",
        f"After {circuit.FIRST_PAUSE_SECONDS:.0f} s one call",
        f"every {circuit.LONGEST_PAUSE_SECONDS:.0f} s from then on",
        f"at most {circuit.ORIGINS_KEPT:,} origins",
        f"after {trace.SHOWN_BODY_CHARACTERS:,} characters",
    ],
)
def test_the_page_tells_the_numbers_in_force(told: str) -> None:
    """A constant that changes changes the page."""
    assert " ".join(told.split()) in " ".join(PAGE.read_text().split())


def test_words_for_numbers_are_right_too() -> None:
    """Five failures, fifty exchanges."""
    assert (circuit.FAILURES_TO_OPEN, trace.EXCHANGES_KEPT) == (5, 50)
