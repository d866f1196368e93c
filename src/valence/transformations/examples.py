"""A made-up record for a transformation: where each field stands, and of what kind it is."""

from typing import Any

from valence.transformations.paths import is_writable, parse_path, put
from valence.transformations.values import Transformation

_VALUES: dict[str, Any] = {
    "string": "text",
    "number": 1.5,
    "int": 1,
    "boolean": True,
    "date": "2026-01-31T10:00:00Z",
}


def example(transformation: Transformation, *, is_read: bool) -> dict[str, Any]:
    """Return a record as the vendor has it, or with `is_read` false as the caller does.

    What is read by a search or counted is left out: nothing can be written there.
    """
    made: dict[str, Any] = {}
    for field in transformation.fields:
        if field.vendor_path is None or not is_writable(parse_path(field.vendor_path)):
            continue
        steps = parse_path(field.vendor_path if is_read else field.path)
        kind = (field.vendor_type if is_read else None) or field.type
        if is_writable(steps):
            put(made, steps, _VALUES.get(kind, [] if kind.startswith("array") else "text"))
    return made
