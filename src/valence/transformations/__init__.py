"""The caller's own objects, mapped to a vendor's and back.

Open `plan.py` first: a transformation (`values.py`) is compiled once and then run on every record.
`paths.py` says what a path may be, `convert.py` what types do to values, `names.py` translates
queries, `document.py` reads and merges what levels store,
`provenance.py` tells where a value is from. The room does no I/O, evaluates nothing
an author wrote, and refuses no value: conversion is lenient by contract."""

from valence.transformations.document import checked, effective, merged, old_masks
from valence.transformations.plan import Plan, compile_plan
from valence.transformations.provenance import Given, provenance_of
from valence.transformations.values import (
    LEVELS,
    MISSING,
    FieldMapping,
    Level,
    Script,
    Transformation,
)

__all__ = [
    "LEVELS",
    "MISSING",
    "FieldMapping",
    "Given",
    "Level",
    "Plan",
    "Script",
    "Transformation",
    "checked",
    "compile_plan",
    "effective",
    "merged",
    "old_masks",
    "provenance_of",
]
