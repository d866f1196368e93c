"""The mapping engine, line by line: what a vendor's record becomes, and what goes back."""

import datetime as dt
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from valence.domain import InvalidRequest
from valence.transformations import FieldMapping, Plan, Transformation, compile_plan

F = FieldMapping
PRODUCTS = {
    "details": {"Products": [{"id": 2, "name": "two"}, {"id": 4, "name": "four"}]},
    "Products": [{"id": 2, "name": "a", "on": True}, {"id": 4, "name": "b", "on": False}],
}
USERS = {"Users": [{"DisplayName": "Ann", "age": 1}, {"DisplayName": "Bo"}], "n": 1}


def plan(*fields: FieldMapping, passes: bool = True) -> Plan:
    return compile_plan(Transformation("o", "v", fields, passes_read=passes, passes_written=passes))


READ: dict[str, tuple[tuple[FieldMapping, ...], bool, Any, Any]] = {
    "pass-through consumes the source": ((F("id", "Id"),), True, {"Id": "7", "x": 1}, {"id": "7", "x": 1}),
    "without pass-through only what is mapped": ((F("id", "Id"),), False, {"Id": "7", "x": 1}, {"id": "7"}),
    "an absent source is not emitted": ((F("id", "Id"),), False, {"x": 1}, {}),
    "one vendor place for two fields": (
        (F("a", "X"), F("b", "X")), True, {"X": "1"}, {"a": "1", "b": "1"}),
    "a mapped name wins over one that passes": (
        (F("id", "key"),), True, {"id": 1, "key": "k"}, {"id": "k"}),
    "the last vendor name in any case": ((F("id", "Id"),), True, {"id": "7"}, {"id": "7"}),
    "and below an object": (
        (F("c", "address.City"),), True, {"address": {"city": "X", "zip": 3}}, {"c": "X", "address": {"zip": 3}}),
    "but no other than the last": (
        (F("c", "Address.city"),), False, {"address": {"city": "X"}}, {}),
    "an object whose last part is taken goes": (
        (F("c", "a.b"),), True, {"a": {"b": "1"}}, {"c": "1"}),
    "an empty object passes": ((F("c", "a.b"),), True, {"a": {}}, {"a": {}}),
    "into an object": ((F("a.b.c", "x"),), False, {"x": "1"}, {"a": {"b": {"c": "1"}}}),
    "into an object that passes": (
        (F("a.b", "x"),), True, {"x": "1", "a": {"c": 2}}, {"a": {"c": 2, "b": "1"}}),
    "several into an object that passes": (
        (F("a.b", "x"), F("a.d", "y")), True, {"x": "1", "y": "2", "a": {"c": 2, "d": 0}},
        {"a": {"c": 2, "b": "1", "d": "2"}}),
    "several into what is no object": (
        (F("a.b", "x"), F("a.d", "y")), True, {"x": "1", "y": "2", "a": 7}, {"a": {"b": "1", "d": "2"}}),
    "several out of an object, in any case": (
        (F("c", "a.City"), F("z", "a.Zip"), F("w", "a.none")), True, {"a": {"city": "X", "zip": 3, "q": 1}},
        {"c": "X", "z": "3", "a": {"q": 1}}),
    "nothing out of what is no object": (
        (F("p.c", "a.City"), F("p.z", "a.Zip")), False, {"a": [1]}, {}),
    "elements that are no objects leave empty ones": (
        (F("l[*].x", "items[*].y"), F("l[*].z", "items[*].z")), False, {"items": [3, {"z": "1"}, None]},
        {"l": [{}, {"z": "1"}, {}]}),
    "into the elements that pass": (
        (F("l[*].x", "items[*].y"),), True, {"items": [{"y": "1"}, {"y": "2"}, {"y": "3"}], "l": [{"q": 0}, 5]},
        {"l": [{"q": 0, "x": "1"}, {"x": "2"}, {"x": "3"}]}),
    "arrays in arrays": (
        (F("l[*].m[*].x", "a[*].b[*].y"), F("l[*].m[*].z", "a[*].b[*].z")), False,
        {"a": [{"b": [{"y": "1", "z": "2"}]}, {}]}, {"l": [{"m": [{"x": "1", "z": "2"}]}, {}]}),
    "element by element": (
        (F("l[*].x", "items[*].y.z"), F("l[*].w", "items[*].w")), True,
        {"items": [{"y": {"z": "1"}, "w": "2", "q": 0}, {"w": "3"}]},
        {"l": [{"x": "1", "w": "2"}, {"w": "3"}]}),
    "an empty array stays one": ((F("l[*].x", "items[*].y"),), True, {"items": []}, {"l": []}),
    "what is no array is not there": ((F("l[*].x", "items[*].y"),), False, {"items": 3}, {}),
    "a whole array": ((F("users", "Users[*]", type="array"),), False, USERS, {"users": USERS["Users"]}),
    "array, part renamed, and a second copy": (
        (F("users", "Users[*]", type="array"), F("users[*].displayName", "Users[*].DisplayName"),
         F("other[*]", "Users[*]")), True, USERS,
        {"n": 1, "users": [{"age": 1, "displayName": "Ann"}, {"displayName": "Bo"}], "other": USERS["Users"]}),
    "a list of the parts": ((F("names", "Users[*].DisplayName", type="array[string]"),), False, USERS, {"names": ["Ann", "Bo"]}),
    "elements without the part are left out of it": (
        (F("new[*]", "l[*].language"),), False, {"l": [{"language": "en"}, {}]}, {"new": ["en"]}),
    "lists in lists are one list": (
        (F("ids", "a[*].b[*].id", type="array"),), False, {"a": [{"b": [{"id": 1}, {"id": 2}]}, {"b": [{"id": 3}]}]}, {"ids": [1, 2, 3]}),
    "an index": ((F("p", "Products[1].id", type="number"),), False, PRODUCTS, {"p": 4}),
    "an index takes nothing away": ((F("p", "l[0]"),), True, {"l": ["1"]}, {"p": "1", "l": ["1"]}),
    "an index beyond the end": ((F("p", "Products[5].id"),), False, PRODUCTS, {}),
    "into an index": ((F("crm[1].uuid", "x"),), False, {"x": "1"}, {"crm": [{}, {"uuid": "1"}]}),
    "the first with a value": ((F("p", "Products[id=4].name"),), False, PRODUCTS, {"p": "b"}),
    "a predicate": ((F("p", "details.Products[?(@.id==2)].name"),), False, PRODUCTS, {"p": "two"}),
    "a predicate on true, which 1 is not": (
        (F("p", "Products[?(@.on==true)].id", type="int"),), False, PRODUCTS, {"p": 2}),
    "a predicate with an order": ((F("p", "Products[?(@.id>2)].name"),), False, PRODUCTS, {"p": "b"}),
    "a predicate that nothing fits": ((F("p", "Products[?(@.id=='2')].name"),), False, PRODUCTS, {}),
    "how many": ((F("n", "Products[*].size()", type="int"),), False, PRODUCTS, {"n": 2}),
    "a name with dots in back quotes": (
        (F("nick", "`custom.cf_1`"), F("`a.b`", "x")), True, {"custom.cf_1": "n", "x": "1", "custom": 2},
        {"nick": "n", "a.b": "1", "custom": 2}),
    "with brackets and a back quote": ((F("a", "o.`l[0]`"), F("b", "`c``d`")), True, {"o": {"l[0]": "1"}, "c`d": "2"}, {"a": "1", "b": "2"}),
    "removed, on either side": (
        (F("secret", "Ssn", is_read=False),), True, {"Ssn": "1", "secret": 2, "x": 3}, {"x": 3}),
    "a constant": ((F("kind", default="person"),), False, {"x": 1}, {"kind": "person"}),
    "a default for what is absent or null": (
        (F("a", "A", default="-"), F("b", "B", default="-")), False, {"B": None}, {"a": "-", "b": "-"}),
    "no default for what is there": ((F("a", "A", default="-"),), False, {"A": ""}, {"a": ""}),
    "a field without a place does not appear": ((F("a"),), False, {"a": 1}, {}),
    "a date in a mask": (
        (F("c", "At", type="date", pattern="yyyy-MM-dd"),), False, {"At": "2026-01-31T10:00:00Z"}, {"c": "2026-01-31"}),
    "masks in arrays": (
        (F("l[*].d", "l[*].At", type="date", pattern="dd.MM.yyyy"),), False, {"l": [{"At": "2026-01-31"}, {}]}, {"l": [{"d": "31.01.2026"}, {}]}),
    "what is no object": ((F("a", "A"),), True, ["x"], ["x"]),
}  # fmt: skip


@pytest.mark.parametrize("name", READ)
def test_a_record_becomes_the_callers_object(name: str) -> None:
    """And stays itself as it was."""
    fields, passes, record, expected = READ[name]
    before = json.dumps(record)
    compiled = plan(*fields, passes=passes)
    assert compiled.read(record) == expected
    assert compiled.read(record) == expected, "the second time, by the shape that is known now"
    assert json.dumps(record) == before


WRITTEN: dict[str, tuple[tuple[FieldMapping, ...], bool, Any, Any]] = {
    "names go back": ((F("id", "Id"),), True, {"id": "7", "x": 1}, {"Id": "7", "x": 1}),
    "a name with dots": ((F("nick", "`custom.cf_1`"),), False, {"nick": "n"}, {"custom.cf_1": "n"}),
    "unmapped ones stay behind": ((F("id", "Id"),), False, {"id": "7", "x": 1}, {"Id": "7"}),
    "null is a value": ((F("id", "Id"),), False, {"id": None}, {"Id": None}),
    "to the vendor's type": ((F("n", "N", vendor_type="number"),), False, {"n": "5"}, {"N": 5}),
    "without a vendor's type as it is": ((F("n", "N", type="number"),), False, {"n": "5"}, {"N": "5"}),
    "a date in a mask is read": (
        (F("c", "At", pattern="yyyy-MM-dd"),), False, {"c": "2026-01-31"}, {"At": "2026-01-31T00:00:00Z"}),
    "removed on the way": ((F("id", "Id", is_written=False),), True, {"id": 1, "x": 2}, {"x": 2}),
    "predicates and sizes are for reading": (
        (F("p", "P[?(@.id==4)].name"), F("n", "P[*].size()")), False, {"p": "x", "n": 2}, {}),
    "into the element that a key finds": (
        (F("bread", "custom[id=4].content"), F("custom", "custom", type="any")), False,
        {"bread": "rye", "custom": [{"id": 2}, {"id": 4, "content": "oat", "x": 1}, {"id": 4}]},
        {"custom": [{"id": 2}, {"id": 4, "content": "rye", "x": 1}, {"id": 4}]}),
    "which is added where it is not": (
        (F("bread", "custom[id=4].content"), F("tier", "custom[id='7'].content")), True,
        {"bread": "rye", "tier": None, "x": 1},
        {"x": 1, "custom": [{"id": 4, "content": "rye"}, {"id": "7", "content": None}]}),
    "only for what is there": (
        (F("bread", "custom[id=4].content"), F("tier", "custom[id=7].content")), False,
        {"tier": "gold"}, {"custom": [{"id": 7, "content": "gold"}]}),
    "found by a text, by true, and by what lies deeper": (
        (F("a", "phones[field=PHONE1].number"), F("b", "l[on=true].x.y"), F("c", "l[k.id=5].x")), False,
        {"a": "1", "b": 2, "c": 3},
        {"phones": [{"field": "PHONE1", "number": "1"}],
         "l": [{"k": {"id": 5}, "x": 3}, {"on": True, "x": {"y": 2}}]}),
    "one element for two parts of it": (
        (F("a", "l[id=4].x"), F("b", "l[id=4].y")), False, {"a": 1, "b": 2}, {"l": [{"id": 4, "x": 1, "y": 2}]}),
    "beside a list that passes, which stays the caller's": (
        (F("bread", "custom[id=4].content"),), True, {"custom": [{"id": 2}, 3], "bread": "rye"},
        {"custom": [{"id": 2}, 3, {"id": 4, "content": "rye"}]}),
    "a number with zeros before it is a text": (
        (F("a", "l[id=007].x"),), False, {"a": 1}, {"l": [{"id": "007", "x": 1}]}),
    "neither the element nor its key": (
        (F("a", "l[id=4]"), F("b", "l[id=4].id"), F("c", "l[k.id=4].k"), F("d", "l[k=4].k.id"),
         F("e", "l[id=4][0].x")), False, dict.fromkeys("abcde", 9), {}),
    "the caller's names match exactly": ((F("id", "Vid"),), True, {"Id": 1}, {"Id": 1}),
    "arrays": (
        (F("l[*].x", "items[*].y.z"),), True, {"l": [{"x": 1}, {"x": 2}]}, {"items": [{"y": {"z": 1}}, {"y": {"z": 2}}]}),
}  # fmt: skip


@pytest.mark.parametrize("name", WRITTEN)
def test_a_body_becomes_the_vendors(name: str) -> None:
    """The mirror of reading."""
    fields, passes, body, expected = WRITTEN[name]
    assert plan(*fields, passes=passes).write(body) == expected


def test_a_default_is_for_new_records_only() -> None:
    """An update that leaves a field out must not reset it."""
    compiled = plan(F("kind", "Kind", default="person"), F("fixed", default=1), passes=False)
    assert compiled.create({}) == {"Kind": "person"}
    assert compiled.write({}) == {}


VALUES: list[tuple[str, Any, Any]] = [
    ("string", 12, "12"), ("string", 1.5, "1.5"), ("string", True, "true"),
    ("string", {"a": [1]}, '{"a":[1]}'), ("string", None, None),
    ("number", "12", 12), ("number", "-1.5", -1.5), ("number", "1e3", 1000.0),
    ("number", "001A", "001A"), ("number", "", ""), ("number", "1e999", "1e999"),
    ("number", "9" * 30, "9" * 30), ("int", "12", 12), ("int", "1.5", "1.5"),
    ("boolean", "true", True), ("boolean", "False", False), ("boolean", 1, True),
    ("boolean", 0, False), ("boolean", 2, 2), ("boolean", "yes", "yes"),
    ("array", 1, [1]), ("array", [1], [1]), ("array", None, None),
    ("array[string]", 1, ["1"]), ("array[number]", ["1", "x"], [1, "x"]),
    ("date", "2026-01-31", "2026-01-31"), ("myAddress", {"a": 1}, {"a": 1}),
]  # fmt: skip


@pytest.mark.parametrize(("type_", "value", "expected"), VALUES)
def test_a_value_is_converted_where_it_can_be(type_: str, value: Any, expected: Any) -> None:
    """And kept as it is where it cannot."""
    found = plan(F("a", "A", type=type_)).read({"A": value})["a"]
    assert (found, type(found)) == (expected, type(expected))


MASKS: list[tuple[str, str, str]] = [
    ("yyyy-MM-dd'T'HH:mm:ss", "2026-01-31T10:05:09Z", "2026-01-31T10:05:09"),
    ("yyyy-mm-dd", "2026-01-31T10:05:09Z", "2026-01-31"),
    ("yyyy-MM-dd'T'HH:mm:ss.SSSXXX", "2026-01-31T10:05:09.25+02:00", "2026-01-31T10:05:09.250+02:00"),
    ("dd/MM/yy hh:mm a", "2026-01-31T13:05:00Z", "31/01/26 01:05 PM"),
    ("EEE, d MMM yyyy HH:mm:ss Z", "2026-01-31T10:05:09Z", "Sat, 31 Jan 2026 10:05:09 +0000"),
    ("MMMM d, yyyy 'o''clock'", "2026-01-31", "January 31, 2026 o'clock"),
]  # fmt: skip


@pytest.mark.parametrize(("mask", "iso", "text"), MASKS)
def test_masks_write_and_read_dates(mask: str, iso: str, text: str) -> None:
    """What was written in a mask is the same text when it has been read and written again."""
    compiled = plan(F("d", "D", type="date", pattern=mask))
    assert compiled.read({"D": iso}) == {"d": text}
    assert compiled.read(compiled.write({"d": text})) == {"d": text}
    assert compiled.read({"D": "soon"}) == {"d": "soon"}
    assert compiled.write({"d": "soon"}) == {"D": "soon"}


@pytest.mark.parametrize(
    "path",
    ["", ".", "`a", "``", "`a`b", "a.", ".a", "a..b", "[0]", "a[", "a[x]", "a[*", "a]b", "a[?(1)]", "a[?(@.b=~c)]",
     "a[?(@.b==c)]", "a[99999]", ".".join("a" * 50), "a" * 2000],
)  # fmt: skip
def test_a_path_that_is_none_is_refused(path: str) -> None:
    """By name, when the transformation is compiled."""
    with pytest.raises(InvalidRequest) as caught:
        plan(F(path, "x"))
    assert caught.value.code == "bad-path"


def test_a_mask_with_an_unknown_letter_is_refused() -> None:
    """Text in a mask is quoted."""
    with pytest.raises(InvalidRequest) as caught:
        plan(F("a", "b", pattern="yyyy at HH"))
    assert caught.value.code == "bad-date-mask"


QUERIES: list[tuple[str, str, str]] = [
    ("where", "name = 'a' and (zip > 3 or foo is null)", "Name = 'a' and (address.Zip > 3 or foo is null)"),
    ("where", "emails.address like 'a%'", "mails[*].email like 'a%'"),
    ("where", "emails[*].address in ('a','b')", "mails[*].email in ('a', 'b')"),
    ("where", "home.city = 'O''Brien'", "address.city = 'O''Brien'"),
    ("order_by", "name desc, zip", "Name desc, address.Zip"),
    ("fields", "name, zip,zip, other", "Name,address.Zip,other"),
    ("fields", "first, second, first.y", "l,d.l"),
    ("where", "nick = 'a' and `our.own` = 'b'", "`custom.cf_1` = 'a' and own = 'b'"),
    ("fields", "nick", "`custom.cf_1`"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text", "expected"), QUERIES)
def test_queries_say_the_vendors_names(kind: str, text: str, expected: str) -> None:
    """The longest mapped beginning is exchanged; what is not mapped stays."""
    names = plan(
        F("name", "Name"), F("zip", "address.Zip"), F("emails[*].address", "mails[*].email"),
        F("home", "address"), F("first", "l[id=4].x"), F("second", "d.l[?(@.id>4)].x"),
        F("nick", "`custom.cf_1`"), F("`our.own`", "own"),
    ).names  # fmt: skip
    assert getattr(names, kind)(text) == expected
    with pytest.raises(InvalidRequest, match="cannot be filtered"):
        names.where("first = 1")


_numbers = st.integers(-(10**17), 10**17)
_moments = st.datetimes(dt.datetime(1000, 1, 1), dt.datetime(9999, 12, 31)).map(
    lambda at: at.replace(microsecond=0).isoformat() + "Z"
)
_MASK = "yyyy-MM-dd'T'HH:mm:ssXXX"
LOSSLESS: dict[str, tuple[st.SearchStrategy[Any], dict[str, Any]]] = {
    "anything": (st.text(max_size=5) | st.booleans() | _numbers, {"type": "any"}),
    "text": (st.text(max_size=5), {"vendor_type": "string"}),
    "text as it is": (st.text(max_size=5), {}),
    "a number as text": (
        _numbers | st.floats(allow_nan=False, allow_infinity=False), {"vendor_type": "number"}),
    "a whole number as text": (_numbers, {"vendor_type": "int"}),
    "digits as a number": (_numbers.map(str), {"type": "number", "vendor_type": "string"}),
    "digits as a whole number": (_numbers.map(str), {"type": "integer", "vendor_type": "string"}),
    "a truth as text": (st.booleans(), {"vendor_type": "boolean"}),
    "a word as a truth": (
        st.sampled_from(["true", "false"]), {"type": "boolean", "vendor_type": "string"}),
    "a date": (_moments, {"type": "date"}),
    "a date in a mask": (_moments, {"type": "date", "pattern": _MASK}),
}  # fmt: skip
LAYOUTS = {
    "flat": ("p{0}_{1}", "v{0}_{1}"),
    "out of an object": ("p{0}_{1}", "v{0}.{1}"),
    "into an object": ("p{0}.{1}", "v{0}_{1}"),
    "between objects": ("p{0}.x.{1}", "v{0}.{1}.y"),
    "in an array": ("p{0}[*].x.{1}", "v{0}[*].{1}"),
    "in arrays of arrays": ("p{0}.x[*].y[*].{1}", "v{0}[*].z[*].{1}"),
    "a list": ("p{0}{1}[*]", "v{0}.{1}[*]"),
    "an index": ("p{0}[0].{1}", "v{0}.l[0].{1}"),
}
Case = tuple[list[FieldMapping], list[dict[str, Any]]]


def _placed(draw: st.DrawFn, path: str, make: Any, sizes: dict[str, int]) -> Any:
    """Return a value with one made for every place of a path; arrays of one path have one size."""
    name, _, rest = path.partition(".")
    below = (lambda: _placed(draw, rest, make, sizes)) if rest else make
    if name.endswith("[*]"):
        size = sizes.setdefault(name, draw(st.integers(0, 3)))
        return {name[:-3]: [below() for _ in range(size)]}
    return {name[:-3]: [below()]} if name.endswith("[0]") else {name: below()}


def _merged(one: Any, other: Any) -> Any:
    if isinstance(one, dict) and isinstance(other, dict):
        return one | {k: _merged(one[k], v) if k in one else v for k, v in other.items()}
    if isinstance(one, list) and isinstance(other, list):
        return [_merged(a, b) for a, b in zip(one, other, strict=True)]
    return other


@st.composite
def _cases(draw: st.DrawFn) -> Case:
    """Fields of which several share an object or array on a side, and records that have some."""
    fields: list[FieldMapping] = []
    makers: list[tuple[str, st.SearchStrategy[Any]]] = []
    for number in range(draw(st.integers(1, 4))):
        path, vendor_path = LAYOUTS[draw(st.sampled_from(list(LAYOUTS)))]
        for name in draw(st.lists(st.sampled_from("aBcd"), min_size=1, max_size=3, unique=True)):
            values, typed = LOSSLESS[draw(st.sampled_from(list(LOSSLESS)))]
            place = vendor_path.format(number, name)
            fields.append(FieldMapping(path.format(number, name), place, **typed))
            makers.append((place, values | st.none()))
    records = []
    for _ in range(draw(st.integers(1, 4))):
        record: dict[str, Any] = {}
        sizes: dict[str, int] = {}
        for place, values in draw(st.permutations(makers)):
            if draw(st.integers(0, 4)):
                made = _placed(draw, place, lambda values=values: draw(values), sizes)
                record = _merged(record, made)
        records.append(record)
    return fields, records


def _typed(value: Any) -> Any:
    """Return a value that equals only those of the same types: 1 is not True, and not 1.0."""
    if isinstance(value, dict):
        return {key: _typed(part) for key, part in value.items()}
    return [_typed(one) for one in value] if isinstance(value, list) else (type(value), value)


def _sent(fields: list[FieldMapping], body: dict[str, Any]) -> Any:
    """Return a body without what passes though it is mapped: an index takes nothing away."""
    passing = {field.path.partition("[")[0] for field in fields if "[0]" in field.path}
    return _typed({name: value for name, value in body.items() if name not in passing})


@given(_cases(), st.booleans())
def test_what_was_read_and_written_is_the_same(case: Case, passes: bool) -> None:
    """For every field whose types lose nothing, whatever its paths and its neighbours."""
    fields, records = case
    compiled = plan(*fields, passes=passes)
    for record in records:
        assert _sent(fields, compiled.write(compiled.read(record))) == _typed(record)


@given(_cases(), st.dictionaries(st.sampled_from(["x", "y.z", "V0", ""]), st.integers()))
def test_what_is_not_mapped_comes_back_where_it_passes(case: Case, others: dict[str, int]) -> None:
    """Beside what is mapped, and in the objects that are taken apart."""
    fields, records = case
    compiled = plan(*fields)
    for record in records:
        extended = others | {
            name: value | {"other": 1} if isinstance(value, dict) else value
            for name, value in record.items()
        }
        made = compiled.read(extended)
        assert {name: made[name] for name in others} == others
        assert _sent(fields, compiled.write(made)) == _typed(extended)


@st.composite
def _alike(draw: st.DrawFn) -> list[dict[str, int]]:
    """Records of few sets of keys, in any order; some keys differ in their case alone."""
    one = st.lists(st.sampled_from(["ID", "id", "Name", "x", "y"]), min_size=2, unique=True)
    sets = draw(st.lists(one, min_size=1, max_size=2))
    orders = draw(st.lists(st.sampled_from(sets).flatmap(st.permutations), min_size=2, max_size=6))
    return [{key: number for number, key in enumerate(keys)} for keys in orders]


@given(_alike(), st.booleans())
def test_a_record_is_mapped_as_if_it_were_the_only_one(
    records: list[dict[str, int]], passes: bool
) -> None:
    """What was settled for the records before it counts for those with the same keys alone."""
    fields = (F("id", "Id", type="int"), F("Name", "name"), F("z", "X"), F("x", "Y.a"))
    compiled = plan(*fields, passes=passes)
    for record in records:
        fresh = plan(*fields, passes=passes)
        assert compiled.read(record) == fresh.read(record)
        assert compiled.write(record) == fresh.write(record)


_scalars = st.one_of(st.text(max_size=5), st.booleans(), st.integers(-999, 999), st.none())


@pytest.mark.parametrize(
    ("literal", "key"),
    [
        ("4", 4),
        ("-1", -1),
        ("'4'", "4"),
        ("04", "04"),
        ("rye", "rye"),
        ("true", True),
        ("'a b'", "a b"),
    ],
)
@given(_scalars.filter(lambda value: value is not None))
def test_what_a_key_finds_is_written_back_under_it(literal: str, key: Any, value: Any) -> None:
    """The element is made anew, with the key of the type that was read."""
    compiled = plan(F("a.b", f"l[k.id={literal}].x", type="any"), passes=False)
    record = {"l": [{"k": {"id": key}, "x": value}]}
    assert compiled.read(record) == {"a": {"b": value}}
    assert _typed(compiled.write(compiled.read(record))) == _typed(record)


_quotable = st.text(
    st.characters(blacklist_categories=("Cs", "Zs", "Cc"), blacklist_characters="[]='\""),
    max_size=5,
)


@given(
    st.one_of(_quotable, st.integers().map(str)),
    st.lists(
        st.one_of(
            _scalars,
            st.fixed_dictionaries({"id": st.one_of(_scalars, st.integers(0, 9).map(str))}),
        ),
        max_size=4,
    ),
    _scalars,
)
def test_what_is_put_by_a_key_is_found_by_it(literal: str, others: list[Any], value: Any) -> None:
    """Whatever the key, and whatever else is in the list; that stays, in its order."""
    compiled = plan(F("a", f"l[id={literal}].x", type="any"), F("l", "l", type="any"), passes=False)
    before = json.dumps(others)
    written = compiled.write({"l": others, "a": value})
    assert compiled.read(written)["a"] == value
    assert compiled.write(compiled.read(written)) == written, "a second time changes nothing"
    kept = [
        {k: v for k, v in one.items() if k != "x"} if isinstance(one, dict) else one
        for one in written["l"]
    ]
    assert json.dumps(kept[: len(others)]) == json.dumps(others) == before
    assert len(kept) - len(others) in (0, 1)


@given(
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=3)),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3), st.dictionaries(st.sampled_from("aAbB"), inner, max_size=3)
        ),
        max_leaves=12,
    )
)
def test_no_record_breaks_a_plan(record: Any) -> None:
    """Whatever a vendor sends: nothing fails, and the record is not changed."""
    compiled = plan(
        F("a", "A"), F("a.b", "b.a"), F("b[*].a", "a[*].b"), F("B", "b[0]"), F("c[*]", "A.b"),
        F("d", "a[?(@.b>1)].A"), F("e", "b[a=1]"), F("f", "a[*].b[*].A", type="array"),
        F("g.h", "B", type="number"), F("n", "b[*].size()"), F("h", "b[a=1].B"), F("i[a=1].b", "A"),
    )  # fmt: skip
    before = json.dumps(record)
    compiled.write(compiled.read(record))
    assert json.dumps(record) == before
