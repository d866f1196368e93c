"""What becomes of every field, held against what the plan really does."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from valence.transformations import (
    Coverage,
    DocumentedField,
    FieldMapping,
    Script,
    Transformation,
    compile_plan,
    coverage,
    sampled_fields,
)
from valence.transformations.paths import quoted

F = FieldMapping
D = DocumentedField


def report(
    *fields: FieldMapping,
    records: list[Any],
    passes: bool = True,
    documented: tuple[DocumentedField, ...] = (),
    definition: tuple[tuple[str, str], ...] = (),
    **more: Any,
) -> Coverage:
    transformation = Transformation("o", "v", fields, passes_read=passes, **more)
    known = sampled_fields(records, documented)
    return coverage(transformation, records, known, definition=definition)


PEOPLE = [
    {"id": 1, "name": "Ann", "mails": [{"at": "a@b.c", "kind": "w"}], "tags": ["x"], "age": "7"},
    {"id": 2, "name": None, "mails": [], "tags": [], "address": {"city": "Ulm", "zip": "1"}},
]

VENDOR: dict[str, tuple[tuple[FieldMapping, ...], bool, dict[str, str]]] = {
    "nothing is mapped and all passes": (
        (), True,
        {"id": "passed", "name": "passed", "mails[*].at": "passed", "tags[*]": "passed", "address.zip": "passed"}),
    "nothing is mapped and nothing passes": ((), False, {"id": "dropped", "mails[*].at": "dropped"}),
    "what is read is mapped, whether or not the rest passes": (
        (F("key", "id"),), False, {"id": "mapped key", "name": "dropped"}),
    "to several": ((F("a", "id"), F("b", "ID")), True, {"id": "mapped a b"}),
    "the last name in any letter case": ((F("key", "Id"),), True, {"id": "mapped key"}),
    "a field that another takes the place of": ((F("name", "id"),), True, {"id": "mapped name", "name": "dropped"}),
    "but not where that has no source": ((F("name", "nope"),), True, {"name": "passed"}),
    "or is removed": ((F("id", "name", is_read=False),), True, {"id": "dropped", "name": "dropped"}),
    "a whole array": ((F("m", "mails[*]"),), False, {"mails[*].at": "mapped m", "mails[*].kind": "mapped m"}),
    "a whole array without brackets": ((F("m", "mails"),), False, {"mails[*].at": "mapped m"}),
    "a part of an array uses all of it up": (
        (F("m[*].x", "mails[*].at"),), True, {"mails[*].at": "mapped m[*].x", "mails[*].kind": "dropped"}),
    "a list of plain values": ((F("t", "tags[*]"),), False, {"tags[*]": "mapped t"}),
    "one element of several is a part": (
        (F("m", "mails[0].at"),), False, {"mails[*].at": "part m", "mails[*].kind": "dropped"}),
    "and uses nothing up": ((F("m", "mails[0].at"),), True, {"mails[*].at": "part m", "mails[*].kind": "passed"}),
    "a search": ((F("m", "mails[kind=w].at"),), True, {"mails[*].at": "part m"}),
    "a search and the whole": ((F("m", "mails[kind=w].at"), F("n", "mails")), True, {"mails[*].at": "mapped m n"}),
    "how many there are is no value of them, and uses nothing up": (
        (F("n", "mails[*].size()"),), True, {"mails[*].at": "passed"}),
    "a whole object": ((F("a", "address"),), False, {"address.city": "mapped a", "address.zip": "mapped a"}),
    "a part of an object leaves the rest": (
        (F("c", "address.city"),), True, {"address.city": "mapped c", "address.zip": "passed"}),
    "an object that another field replaces": (
        (F("address", "name"),), True, {"address.city": "dropped", "address.zip": "dropped"}),
    "an object that another field goes into": (
        (F("address.line", "name"),), True, {"address.city": "passed", "name": "mapped address.line"}),
    "a value that an object takes the place of": ((F("age.years", "id"),), True, {"age": "dropped"}),
    "a constant takes a place as well": ((F("age", default=1),), True, {"age": "dropped"}),
    "what cannot be written is not read": ((F("a[x=1]", "id"),), True, {"id": "passed"}),
}  # fmt: skip


@pytest.mark.parametrize("name", VENDOR)
def test_every_field_of_the_vendor_has_an_end(name: str) -> None:
    """Mapped to whom, passed or dropped."""
    fields, passes, expected = VENDOR[name]
    found = report(*fields, records=PEOPLE, passes=passes).vendor_fields
    told = {}
    for one in found:
        state = "part" if one.is_partial else one.state
        told[one.path] = " ".join((state, *one.mapped_to))
    assert {path: told[path] for path in expected} == expected


def test_what_is_only_documented_counts_as_well() -> None:
    """With its label and whether it is custom; a list of unknown parts is mapped by any of them."""
    documented = (
        D("id", "int"),
        D("cf", is_custom=True, display_name="Bread"),
        D("links", "array"),
        D("gone"),
    )
    found = report(
        F("l", "links[*].url"), F("b", "cf"), records=PEOPLE, passes=False, documented=documented
    )
    by_path = {one.path: one for one in found.vendor_fields}
    assert by_path["id"].is_documented
    assert not by_path["name"].is_documented
    custom = by_path["cf"]
    assert (custom.state, custom.is_custom, custom.display_name) == ("mapped", True, "Bread")
    assert (by_path["links"].state, by_path["links"].is_partial) == ("mapped", True)
    assert (by_path["gone"].state, by_path["gone"].seen) == ("dropped", 0)


OWN: dict[str, tuple[FieldMapping, str, int]] = {
    "a value in some record": (F("a", "name"), "mapped", 1),
    "in every record": (F("a", "id"), "mapped", 2),
    "in an array": (F("a", "mails[*].at"), "mapped", 1),
    "an array that may be empty": (F("a", "tags", type="array"), "mapped", 2),
    "a default": (F("a", "nope", default=1), "mapped", 0),
    "a constant": (F("a", default=1), "mapped", 0),
    "mapped to nothing": (F("a"), "unmapped", 0),
    "null everywhere": (F("a", "void"), "empty", 0),
    "documented and in no record": (F("a", "told"), "empty", 0),
    "a part of what is documented as a whole": (F("a", "links[0].url"), "empty", 0),
    "mistyped": (F("a", "nmae"), "neverSeen", 0),
    "mistyped in a middle": (F("a", "Address.city"), "neverSeen", 0),
    "mistyped below an array": (F("a", "mails[*].att"), "neverSeen", 0),
    "removed both ways": (F("a", "name", is_read=False, is_written=False), "removed", 1),
    "the vendor's own field removed": (F("name", is_read=False), "removed", 0),
    "written alone": (F("a", "name", is_read=False), "mapped", 1),
}


@pytest.mark.parametrize("name", OWN)
def test_every_field_of_the_caller_has_a_source_or_none(name: str) -> None:
    """Filled, empty, not mapped, or mapped to what nobody has ever seen."""
    field, state, count = OWN[name]
    records = [*({**one, "void": None} for one in PEOPLE)]
    documented = (D("told"), D("links", "array"))
    [found] = report(field, records=records, documented=documented).fields
    assert (found.state, found.seen) == (state, count)


def test_without_records_and_documentation_nothing_is_called_mistyped() -> None:
    """Nothing is known of the object then."""
    assert report(F("a", "x"), records=[]).fields[0].state == "empty"
    assert report(F("a", "x"), records=[], documented=(D("y"),)).fields[0].state == "neverSeen"


def test_the_definition_says_what_is_missing() -> None:
    """A field whose parts are mapped, or which is a part of what is mapped, is not missing."""
    found = report(
        F("id", "id"), F("name.last", "name"), F("mails[*]", "mails"), F("bad.x", "nope"),
        records=PEOPLE,
        definition=(
            ("id", "string"), ("name", "Name"), ("mails[*].at", "string"), ("bad", "Bad"), ("age", "int"),
        ),
    )  # fmt: skip
    assert [(one.path, one.state, one.level) for one in found.fields] == [
        ("id", "mapped", "organization"),
        ("name.last", "mapped", "organization"),
        ("mails[*]", "mapped", "organization"),
        ("bad.x", "neverSeen", "organization"),
        ("name", "mapped", None),
        ("mails[*].at", "mapped", None),
        ("bad", "neverSeen", None),
        ("age", "unmapped", None),
    ]
    assert dict(found.summary.fields) == {
        "mapped": 5, "empty": 0, "neverSeen": 2, "unmapped": 1, "removed": 0,
    }  # fmt: skip
    assert (found.summary.share, found.summary.vendor_share) == (0.625, 1.0)


CONFLICTS: dict[str, tuple[str, list[Any], list[tuple[Any, str]]]] = {
    "a number": ("number", [1, 1.5, "2", "-3.5", None], []),
    "a text for a number": ("number", ["abc", 1], [("abc", "string")]),
    "a boolean for a number": ("number", [True], [(True, "boolean")]),
    "an object for a number": ("number", [{"a": 1}], [('{"a":1}', "object")]),
    "a long id for a number": ("number", ["1234567890123456789012"], [("1234567890123456789012", "string")]),
    "a part for a whole number": ("int", ["1", 2, 1.5], [(1.5, "number")]),
    "a boolean": ("boolean", ["true", 1, 0, False], []),
    "a word for a boolean": ("boolean", ["yes", 2], [("yes", "string"), (2, "int")]),
    "a date": ("date", ["2026-01-31", "2026-01-31T10:00:00Z"], []),
    "a number for a date": ("date", [1795598294966, "31.1.2026"], [(1795598294966, "int"), ("31.1.2026", "string")]),
    "anything is a text": ("string", [1, "a", True, {"a": 1}], []),
    "anything is in a list": ("array", [1, ["a"]], []),
    "another definition": ("Address", ["a", {"b": 1}], []),
    "the same value once": ("number", ["a", "a"], [("a", "string")]),
}  # fmt: skip


@pytest.mark.parametrize("name", CONFLICTS)
def test_values_that_stay_what_they_were_are_told(name: str) -> None:
    """Conversion keeps what it cannot convert; here it is seen."""
    kind, values, expected = CONFLICTS[name]
    records = [{"v": value} for value in values]
    [found] = report(F("a", "v", type=kind), records=records).fields
    assert [(one.sample, one.found) for one in found.conflicts] == expected
    assert {one.declared for one in found.conflicts} <= {kind}


def test_conflicts_are_counted_and_a_few_are_shown() -> None:
    """In arrays too; long ones are cut; what is not read has none."""
    records = [{"l": [{"v": f"x{number}"}, {"v": 1}]} for number in range(9)]
    [found] = report(F("a[*].b", "l[*].v", type="int"), records=records).fields
    assert (found.conflict_count, len(found.conflicts)) == (9, 3)
    [long] = report(F("a", "v", type="int"), records=[{"v": "x" * 500}]).fields
    assert len(long.conflicts[0].sample) == 100
    [unread] = report(F("a", "v", type="int", is_read=False), records=[{"v": "x"}]).fields
    assert unread.conflicts == ()


@pytest.mark.parametrize(
    ("field", "is_writable"),
    [
        (F("a", "name"), True),
        (F("a", "mails[0].at"), True),
        (F("a", "mails[kind=w].at"), True),
        (F("a", "mails[?(@.kind=='w')].at"), False),
        (F("a", "mails[*].size()"), False),
        (F("a", "name", is_written=False), False),
        (F("a", "made"), False),
        (F("a", default=1), False),
    ],
)
def test_it_is_told_what_can_be_written_back(field: FieldMapping, is_writable: bool) -> None:
    """Not through a predicate, and not to what the vendor keeps for itself."""
    documented = (D("made", is_read_only=True),)
    [found] = report(field, records=PEOPLE, documented=documented).fields
    assert found.is_writable is is_writable


def test_a_script_is_told_of_and_not_guessed() -> None:
    """It may change any of what is told."""
    assert report(records=[], scripts=(Script("done({})"),)).is_scripted
    assert not report(records=[]).is_scripted


# -- against the plan ------------------------------------------------------------------------------

_KEYS = ("a", "b", "c.d")
_targets = st.sampled_from(
    [*map(quoted, _KEYS), "a.b", "b.a", "a[*]", "a[*].b", "b[*].a", "a[0].b", "b[0]", "o.a", "o"]
)
# Lists of one: of a longer one a field may overwrite some elements, which counts as all of them.
_shape: st.SearchStrategy[Any] = st.recursive(
    st.just("leaf"),
    lambda inner: (
        st.lists(inner, min_size=1, max_size=1)
        | st.dictionaries(st.sampled_from(_KEYS), inner, min_size=1, max_size=3)
    ),
    max_leaves=6,
)


def _marked(shape: Any, marks: list[str]) -> Any:
    """Return a value of a shape in which every leaf is a text of its own."""
    if isinstance(shape, dict):
        return {key: _marked(part, marks) for key, part in shape.items()}
    if isinstance(shape, list):
        return [_marked(part, marks) for part in shape]
    marks.append(f"mark {len(marks)}.")
    return marks[-1]


def _leaves(value: Any, path: str = "") -> list[tuple[str, str]]:
    if isinstance(value, dict):
        return [
            leaf
            for key, part in value.items()
            for leaf in _leaves(part, f"{path}.{quoted(key)}" if path else quoted(key))
        ]
    if isinstance(value, list):
        return [leaf for part in value for leaf in _leaves(part, f"{path}[*]")]
    return [(path, value)]


def _sources(record: dict[str, Any]) -> list[str]:
    """Return the paths of leaves, of what holds them, and of the first elements of lists."""
    found: dict[str, None] = {}
    for path, _ in _leaves(record):
        steps = re.findall(r"\.?(?:`[^`]+`|[^.\[\]`]+)|\[\*\]", path)
        whole = ["".join(steps[:length]) for length in range(1, len(steps) + 1)]
        found |= dict.fromkeys([*whole, path.replace("[*]", "[0]")])
    return list(found)


@given(
    st.dictionaries(st.sampled_from(_KEYS), _shape, min_size=1, max_size=3),
    st.lists(_targets, max_size=3, unique=True),
    st.booleans(),
    st.data(),
)
def test_what_is_told_is_what_the_plan_does(
    shape: dict[str, Any], targets: list[str], passes: bool, data: st.DataObject
) -> None:
    """What is dropped is nowhere in the mapped object, what passes or is mapped whole is in it."""
    marks: list[str] = []
    record = _marked(shape, marks)
    sources = st.none() | st.sampled_from(_sources(record))
    fields = [
        F(target, data.draw(sources), is_read=data.draw(st.integers(0, 3)) > 0)
        for target in targets
    ]
    transformation = Transformation("o", "v", tuple(fields), passes_read=passes)
    made = str(compile_plan(transformation).read(record))
    told = coverage(transformation, [record], sampled_fields([record], ()))
    by_path = {one.path: one for one in told.vendor_fields}
    for path, mark in _leaves(record):
        field = by_path[path]
        if field.state == "dropped":
            assert mark not in made, (path, field, made)
        elif not field.is_partial:
            assert mark in made, (path, field, made)
