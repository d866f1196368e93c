"""The fields of records, found in the records."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from valence.transformations import MISSING, SeenField, best_type, infer
from valence.transformations.inference import (
    DEEPEST,
    LONGEST_SAMPLE,
    MOST_ELEMENTS,
    MOST_FIELDS,
    MOST_SAMPLES,
    type_of,
)
from valence.transformations.paths import compile_read, parse_path


def seen(path: str, types: dict[str, int], count: int, nulls: int, *samples: Any) -> SeenField:
    return SeenField(path, types, count, nulls, samples)


CASES: dict[str, tuple[list[Any], list[SeenField]]] = {
    "values of every type": (
        [{"s": "a", "i": 1, "n": 1.5, "b": True, "d": "2026-01-31"}],
        [
            seen("s", {"string": 1}, 1, 0, "a"),
            seen("i", {"int": 1}, 1, 0, 1),
            seen("n", {"number": 1}, 1, 0, 1.5),
            seen("b", {"boolean": 1}, 1, 0, True),
            seen("d", {"date": 1}, 1, 0, "2026-01-31"),
        ],
    ),
    "as first met, in whichever record": (
        [{"a": 1}, {"b": 2, "a": 3}],
        [seen("a", {"int": 2}, 2, 0, 1, 3), seen("b", {"int": 1}, 1, 0, 2)],
    ),
    "absent, null and empty are three things": (
        [{}, {"a": None}, {"a": ""}, {"a": "x"}],
        [seen("a", {"string": 2}, 2, 1, "x")],
    ),
    "what is null everywhere": ([{"a": None}, {"a": None}], [seen("a", {}, 0, 2)]),
    "objects are walked": (
        [{"a": {"b": {"c": 1}, "d": "x"}}],
        [seen("a.b.c", {"int": 1}, 1, 0, 1), seen("a.d", {"string": 1}, 1, 0, "x")],
    ),
    "an object that is null at times is no field": (
        [{"a": None}, {"a": {"b": 1}}],
        [seen("a.b", {"int": 1}, 1, 0, 1)],
    ),
    "an object with nothing in it": ([{"a": {}}], [seen("a", {"object": 1}, 1, 0)]),
    "a list of objects, element by element": (
        [{"l": [{"x": "a"}, {"x": "b", "y": None}]}, {"l": [{"x": None}]}],
        [seen("l[*].x", {"string": 2}, 1, 1, "a", "b"), seen("l[*].y", {}, 0, 1)],
    ),
    "a null beside a value in one list is no null": (
        [{"l": [{"x": None}, {"x": "a"}]}],
        [seen("l[*].x", {"string": 1}, 1, 0, "a")],
    ),
    "a list of texts is one field": (
        [{"l": ["a", "b"]}, {"l": ["a"]}],
        [seen("l[*]", {"array[string]": 2}, 2, 0, "a", "b")],
    ),
    "a list of other values too": ([{"l": [1, None]}], [seen("l[*]", {"array": 1}, 1, 0, 1)]),
    "an empty list has a value, and no elements": (
        [{"l": []}, {"l": ["a"]}],
        [seen("l[*]", {"array[string]": 1}, 2, 0, "a")],
    ),
    "a list in which there never was anything": ([{"l": []}], [seen("l[*]", {"array": 1}, 1, 0)]),
    "an empty list of what has fields is no field": (
        [{"l": []}, {"l": [{"x": 1}]}],
        [seen("l[*].x", {"int": 1}, 1, 0, 1)],
    ),
    "lists in lists": ([{"l": [[{"x": 1}]]}], [seen("l[*][*].x", {"int": 1}, 1, 0, 1)]),
    "a value that is an object at times": (
        [{"a": "x"}, {"a": {"b": 1}}],
        [seen("a", {"string": 1}, 1, 0, "x"), seen("a.b", {"int": 1}, 1, 0, 1)],
    ),
    "a name that is no step of a path": (
        [{"custom.cf_1": "x", "a`b": 1, " c": 2, "d e": 3}],
        [
            seen("`custom.cf_1`", {"string": 1}, 1, 0, "x"),
            seen("`a``b`", {"int": 1}, 1, 0, 1),
            seen("` c`", {"int": 1}, 1, 0, 2),
            seen("d e", {"int": 1}, 1, 0, 3),
        ],
    ),
    "true and 1 are two samples": (
        [{"a": True}, {"a": 1}, {"a": 1}],
        [seen("a", {"boolean": 1, "int": 2}, 3, 0, True, 1)],
    ),
    "what is no record": ([1, "a", None, ["b"]], []),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_fields_are_found_in_records(name: str) -> None:
    """Paths, types, counts and samples."""
    records, expected = CASES[name]
    assert infer(records) == expected


@pytest.mark.parametrize(
    ("types", "best"),
    [
        ({}, "string"),
        ({"int": 3}, "int"),
        ({"int": 3, "number": 1}, "number"),
        ({"date": 1}, "date"),
        ({"date": 9, "string": 1}, "string"),
        ({"int": 1, "string": 1}, "string"),
        ({"array[string]": 2}, "array[string]"),
        ({"array[string]": 2, "array": 1}, "array"),
        ({"array": 1, "string": 4}, "array"),
        ({"object": 1, "string": 4}, "object"),
    ],
)
def test_one_type_fits_best(types: dict[str, int], best: str) -> None:
    """Of several the one that all values can be."""
    assert best_type(types) == best
    assert SeenField("a", types, 1, 0).type == best


@pytest.mark.parametrize(
    ("text", "is_date"),
    [
        ("2026-01-31", True),
        ("2026-01-31T10:00:00Z", True),
        ("2026-01-31T10:00", True),
        ("2026-01-31 10:00:00.123 +01:00", True),
        ("2026-01-31T10:00:00.000+0000", True),
        ("2026-13-31", False),
        ("2026-01-31x", False),
        ("2026-1-31", False),
        ("20260131", False),
        ("1234-5678-9", False),
        ("2026", False),
    ],
)
def test_iso_dates_are_dates(text: str, is_date: bool) -> None:
    """A number of digits, such as one of a telephone, is none."""
    assert type_of(text) == ("date" if is_date else "string")


def test_what_is_kept_is_bounded() -> None:
    """Fields, depth, elements, samples and their length."""
    wide = infer([{f"f{number}": number for number in range(MOST_FIELDS + 50)}])
    assert len(wide) == MOST_FIELDS
    deep: Any = 1
    for _ in range(DEEPEST + 5):
        deep = {"a": deep}
    assert [(one.path, one.type) for one in infer([deep])] == [(".".join("a" * DEEPEST), "object")]
    [long] = infer([{"l": [{"x": n} for n in range(MOST_ELEMENTS + 9)]}])
    assert (long.types, len(long.samples)) == ({"int": MOST_ELEMENTS}, MOST_SAMPLES)
    [text] = infer([{"a": "x" * 500}])
    assert text.samples == ("x" * (LONGEST_SAMPLE - 1) + "…",)


_names = st.sampled_from(["a", "b", "x.y", "`", "c d", "é"])
_json: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(0, 3) | st.sampled_from(["", "t", "2026-01-31"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_names, inner, max_size=3),
    max_leaves=12,
)


@given(st.lists(st.dictionaries(_names, _json, max_size=4), max_size=4))
def test_every_path_leads_to_what_was_seen(records: list[dict[str, Any]]) -> None:
    """A path can be read, and finds a value in as many records as are counted, at least."""
    found = infer(records)
    assert len({one.path for one in found}) == len(found)
    for field in found:
        read = compile_read(parse_path(field.path))
        values = [read(record) for record in records]
        there = [value for value in values if value is not MISSING and value is not None]
        assert field.seen <= len(there)
        assert field.seen + field.nulls <= len(records)
        assert bool(field.seen) is bool(field.types)
