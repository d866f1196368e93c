"""The caller's own objects, mapped to a vendor's and back.

Open `plan.py` first: a transformation (`values.py`) is compiled once and then run on every record.
`paths.py` says what a path may be, `convert.py` what types do to values, `names.py` translates
queries, `document.py` reads and merges what levels store, `provenance.py` tells where a value is
from, `examples.py` makes up a record. What fields records have is found by `inference.py`, beside
what `documented.py` reads of metadata; `coverage.py` tells what a transformation makes of each,
`suggestions.py` what it might map. The room does no I/O, evaluates nothing an author wrote, and
refuses no value: conversion is lenient by contract."""

from valence.transformations.coverage import (
    Conflict,
    Coverage,
    CoveredField,
    Summary,
    VendorField,
    coverage,
)
from valence.transformations.document import (
    LONGEST_SCRIPT,
    checked,
    effective,
    merged,
    old_masks,
)
from valence.transformations.documented import (
    DocumentedField,
    SampledField,
    documented_fields,
    sampled_fields,
)
from valence.transformations.examples import example
from valence.transformations.inference import SeenField, best_type, infer
from valence.transformations.plan import Plan, compile_plan
from valence.transformations.provenance import Given, provenance_of
from valence.transformations.suggestions import NO_CANON, Canon, Suggestion, folded, suggest
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
    "LONGEST_SCRIPT",
    "MISSING",
    "NO_CANON",
    "Canon",
    "Conflict",
    "Coverage",
    "CoveredField",
    "DocumentedField",
    "FieldMapping",
    "Given",
    "Level",
    "Plan",
    "SampledField",
    "Script",
    "SeenField",
    "Suggestion",
    "Summary",
    "Transformation",
    "VendorField",
    "best_type",
    "checked",
    "compile_plan",
    "coverage",
    "documented_fields",
    "effective",
    "example",
    "folded",
    "infer",
    "merged",
    "old_masks",
    "provenance_of",
    "sampled_fields",
    "suggest",
]
