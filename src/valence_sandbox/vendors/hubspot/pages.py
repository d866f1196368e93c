"""How many records a list call gives, and where it goes on."""

from collections.abc import Sequence
from typing import Any

from valence_sandbox.call import Call
from valence_sandbox.refusals import Refusal
from valence_sandbox.store import Record


def size_of(call: Call, name: str, *, usual: int, most: int) -> int:
    """Return the page size that a call asks for; what is above the most is the switch's matter."""
    size = call.integer(name, usual, least=1)
    if size > most:
        if call.switches["size_over_max"] == "error400":
            raise Refusal("invalid", f"{name} must be less than or equal to {most}")
        return most
    return size


def after(
    records: Sequence[Record], last_id: int, *, id_name: str, size: int
) -> tuple[list[Record], bool, int]:
    """Return the records with larger ids, whether there are more, and the last one's id."""
    rest = [record for record in records if record[id_name] > last_id]
    rows = rest[:size]
    return rows, len(rest) > size, rows[-1][id_name] if rows else 0


def from_offset(call: Call, rows: Sequence[Any], *, size: int) -> tuple[Sequence[Any], bool, int]:
    """Return the rows from `offset`, whether there are more, and the next offset."""
    offset = call.integer("offset", 0)
    page = rows[offset : offset + size]
    return page, offset + size < len(rows), offset + len(page)


def repeated(call: Call, name: str) -> list[str]:
    """Return the values of a parameter that is repeated; commas are part of a value."""
    return [value for value in call.query.getlist(name) if value]
