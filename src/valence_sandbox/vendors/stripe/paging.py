"""Lists as Stripe pages them: newest first, by the id of a record, at most a hundred.

Source: https://stripe.com/docs/api/pagination."""

from collections.abc import Sequence

from valence_sandbox.store import Record
from valence_sandbox.vendors.stripe.parameters import Param
from valence_sandbox.vendors.stripe.refused import missing, refused

PAGING = (
    Param("limit", "integer"),
    Param("starting_after"),
    Param("ending_before"),
)
_DEFAULT, _LARGEST = 10, 100


def page(records: Sequence[Record], asked: Record, *, url: str, noun: str) -> Record:
    """Return one page of records that stand in their order. Raises Refusal."""
    said = asked.get("limit")
    limit: int = _DEFAULT if said is None else said
    if not 1 <= limit <= _LARGEST:
        raise refused(
            f"Limit must be between 1 and {_LARGEST}, inclusive; {limit} was passed",
            code="parameter_invalid_integer",
            param="limit",
        )
    after, before = asked.get("starting_after"), asked.get("ending_before")
    if after and before:
        raise refused("You can only provide one of starting_after or ending_before")
    start, end = 0, len(records)
    if after:
        start = _place(records, after, noun, "starting_after") + 1
    if before:
        end = _place(records, before, noun, "ending_before")
        start = max(0, end - limit)
        return _envelope(records[start:end], has_more=start > 0, url=url)
    return _envelope(records[start : start + limit], has_more=start + limit < end, url=url)


def _place(records: Sequence[Record], record_id: str, noun: str, param: str) -> int:
    for position, record in enumerate(records):
        if record["id"] == record_id:
            return position
    raise missing(noun, record_id, param=param)


def _envelope(records: Sequence[Record], *, has_more: bool, url: str) -> Record:
    return {"object": "list", "data": list(records), "has_more": has_more, "url": url}
