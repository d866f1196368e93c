"""What a person needs to map an object: the vendor's own records, what becomes of each field, what
a change would do, and what is likely meant.

`workbench.py` is the room: API and console ask the same class. It stores nothing and compares
nothing itself; that is `valence.transformations`. Who may see what is asked here, so that no face
can forget it."""

from valence.workbench.wire import (
    coverage_to_wire,
    field_to_wire,
    sample_to_wire,
    suggestion_to_wire,
)
from valence.workbench.workbench import SAMPLED, Workbench

__all__ = [
    "SAMPLED",
    "Workbench",
    "coverage_to_wire",
    "field_to_wire",
    "sample_to_wire",
    "suggestion_to_wire",
]
