"""where, orderBy and fields, as far as the gateway decides on them; the languages are CEQL's."""

from typing import Any

import pytest

from tests.gateway.conftest import PAGE_ROWS, call_of, element_of, hook, resource, row
from valence.domain import InvalidRequest
from valence.gateway.respond import drop_nulls, shaped
from valence.gateway.values import Selection

WHERE = row("query:where", "query:converter:toQueryParameters")


def selected(
    query: dict[str, str], *, configuration: dict[str, str] | None = None, **more: Any
) -> Selection:
    parameters = more.pop("parameters", PAGE_ROWS)
    made = resource("GET", "/contacts", parameters=parameters, **more)
    element = element_of(made, configuration={"pagination.type": "page", **(configuration or {})})
    return call_of(element, "GET", "/contacts", query).selection


@pytest.mark.parametrize(
    ("query", "more", "parameters"),
    [
        ({"where": "a='x' AND b=2"}, {"parameters": [*PAGE_ROWS, WHERE]}, (("a", "x"), ("b", "2"))),
        ({"where": ""}, {}, ()),
        ({"where": "  "}, {"parameters": [*PAGE_ROWS, WHERE]}, ()),
        ({"where": "a=1"}, {"parameters": [*PAGE_ROWS, row("query:where", "query:q")]}, ()),
        (
            {"where": "a='x' AND b>2"},
            {"parameters": [*PAGE_ROWS, row("query:where", "query:converter:toODataFilter")]},
            (("$filter", "a eq 'x' and b gt 2"),),
        ),
        (
            {"orderBy": "a desc"},
            {"x-valence": {"ordering": {"parameter": "sort"}}},
            (("sort", "a desc"),),
        ),
        ({"orderBy": ""}, {}, ()),
        ({"orderBy": "a"}, {"parameters": [*PAGE_ROWS, row("query:orderBy", "query:s")]}, ()),
    ],
    ids=str,
)
def test_what_the_vendor_can_say_goes_to_it(
    query: dict[str, str], more: dict[str, Any], parameters: tuple[tuple[str, str], ...]
) -> None:
    """By the definition's dialect and ordering; an empty parameter counts as absent."""
    found = selected(query, **more)
    assert (found.parameters, found.keeps, found.sorts) == (parameters, None, None)


@pytest.mark.parametrize(
    ("query", "sent"),
    [
        ({"where": "a=1"}, (("q", "a eq 1 sort:id"),)),
        ({"where": "a=1", "orderBy": "b desc"}, (("q", "a eq 1 sort:-b"),)),
        ({"orderBy": "b"}, (("q", "sort:b"),)),
        ({"where": "x[*]=1"}, ()),
        ({"fields": "a"}, ()),
    ],
)
def test_filter_and_order_may_share_a_parameter(
    query: dict[str, str], sent: tuple[tuple[str, str], ...]
) -> None:
    """The filter first; where a call says no order the default stands there too."""
    ordering = {
        "parameter": "q",
        "ascending": "sort:",
        "descending": "sort:-",
        "default": "sort:id",
    }
    rule = {"dialect": "odata", "parameter": "q", "residue": True}
    found = selected(query, **{"x-valence": {"ordering": ordering, "filter": rule}})
    assert found.parameters == sent


@pytest.mark.parametrize(
    ("query", "more", "code"),
    [
        ({"where": "a=1"}, {}, "unsupported-field"),
        ({"where": "a like 'x%'"}, {"parameters": [*PAGE_ROWS, WHERE]}, "unsupported-operator"),
        ({"where": "nonsense"}, {"parameters": [*PAGE_ROWS, WHERE]}, "bad-query"),
        ({"orderBy": "a"}, {}, "unsupported-field"),
        ({"fields": "a..b"}, {}, "bad-query"),
        (
            {"where": "b=1"},
            {"x-valence": {"filter": {"dialect": "query-parameters", "fields": {"a": "a"}}}},
            "unsupported-field",
        ),
    ],
    ids=str,
)
def test_a_wish_that_nobody_can_fulfil_is_refused(
    query: dict[str, str], more: dict[str, Any], code: str
) -> None:
    """Never ignored."""
    with pytest.raises(InvalidRequest) as caught:
        selected(query, **more)
    assert caught.value.code == code


def test_what_the_vendor_cannot_filter_is_left_for_us() -> None:
    """Where the definition allows it; the rest still goes to the vendor."""
    rule = {"dialect": "query-parameters", "fields": {"a": "aa"}, "residue": True}
    found = selected({"where": "a='x' AND b>2"}, **{"x-valence": {"filter": rule}})
    assert found.parameters == (("aa", "x"),)
    assert found.keeps is not None
    assert [found.keeps(r) for r in ({"b": 3}, {"b": 2}, {}, "text")] == [True, False, False, False]


def test_a_field_may_lie_within_an_object_of_the_record() -> None:
    """Where the definition says which; a field of the record's own comes first."""
    rule = {"dialect": "query-parameters", "fields": {}, "residue": True, "within": "properties"}
    kept = selected(
        {"where": "name='x' AND properties.city='y'"}, **{"x-valence": {"filter": rule}}
    ).keeps
    assert kept is not None
    rows = [
        {"properties": {"name": "x", "city": "y"}},
        {"name": "x", "properties": {"name": "z", "city": "y"}},
        {"name": "z", "properties": {"name": "x", "city": "y"}},
        {"properties": {"name": "x"}, "city": "y"},
        {"name": "x"},
        "text",
    ]
    assert [kept(one) for one in rows] == [True, True, False, False, False, False]


def test_a_list_that_is_read_whole_is_sorted_here() -> None:
    """Its vendor has no paging, so the order is ours to make."""
    found = selected({"orderBy": "n desc"}, parameters=[], paginationType="VENDOR_NOT_SUPPORTED")
    assert found.sorts is not None
    assert found.sorts([{"n": 1}, {"n": 3}, {}]) == [{"n": 3}, {"n": 1}, {}]
    assert found.sorts([1, 2]) == [1, 2]


def test_scripts_see_the_filter_as_a_list() -> None:
    """`{attribute, operator, value}`; an OR that only the dialect can say leaves it empty."""
    script = hook("preRequest", "request_expression; done({})")
    plain = [*PAGE_ROWS, row("query:where", "no-op:where")]
    found = selected({"where": "a='x' AND b>2"}, parameters=plain, hooks=[script])
    assert found.conditions == (
        {"attribute": "a", "operator": "=", "value": "x"},
        {"attribute": "b", "operator": ">", "value": 2},
    )
    with pytest.raises(InvalidRequest):
        selected({"where": "a=1 OR b=2"}, parameters=plain, hooks=[script])
    odata = [*PAGE_ROWS, row("query:where", "query:converter:toODataFilter")]
    found = selected(
        {"where": "a=1 OR b=2"}, parameters=odata, hooks=[hook("preRequest", "done({})")]
    )
    assert found.conditions == ()


RECORD = {"id": 1, "n": None, "a": {"x": 1, "y": {"z": 2}}, "l": [{"x": 1, "y": 2}, {"y": 3}]}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ("id", {"id": 1}),
        (" id , a.x ", {"id": 1, "a": {"x": 1}}),
        ("a.x,a.y.z", {"a": {"x": 1, "y": {"z": 2}}}),
        ("a.x,a", {"a": {"x": 1, "y": {"z": 2}}}),
        ("a,a.x", {"a": {"x": 1, "y": {"z": 2}}}),
        ("l.x,l.y", {"l": [{"x": 1, "y": 2}, {"y": 3}]}),
        ("l.x", {"l": [{"x": 1}, {}]}),
        ("l[*].x", {"l": [{"x": 1}, {}]}),
        ("nothing", {}),
        ("id.x", {"id": 1}),
        (",", RECORD),
        ("", RECORD),
    ],
)
def test_fields_select(fields: str, expected: object) -> None:
    """Names and dotted paths, through objects and lists, on lists and single objects alike."""
    call = call_of(
        element_of(resource("GET", "/contacts/{id}")), "GET", "/contacts/1", {"fields": fields}
    )
    for value, wanted in ((RECORD, expected), ([RECORD], [expected])):
        assert shaped(value, call, has_null=False) == wanted


def test_fields_may_be_inside_of_a_record() -> None:
    """The definition says where; what stands beside stays, and a record without it too."""
    call = call_of(
        element_of(resource("GET", "/x", **{"x-valence": {"fieldsIn": "fields"}})),
        "GET",
        "/x",
        {"fields": "a, b.c"},
    )
    assert call.selection.fields is not None
    records = [{"id": 1, "fields": {"a": 1, "b": {"c": 2, "d": 3}, "e": 4}}, {"id": 2}]
    assert call.selection.fields(records) == [
        {"id": 1, "fields": {"a": 1, "b": {"c": 2}}},
        {"id": 2},
    ]


def test_default_fields_are_the_definitions() -> None:
    """Where selecting is allowed; the caller's own choice wins."""
    chosen = {"allow.select.fields": "true", "default.select.fields.map": '{"contacts": "id,a.x"}'}
    found = selected({}, configuration=chosen)
    assert found.fields is not None
    assert found.fields(RECORD) == {"id": 1, "a": {"x": 1}}
    found = selected({"fields": "n"}, configuration=chosen)
    assert found.fields is not None
    assert found.fields(RECORD) == {"n": None}
    assert selected({}, configuration=chosen | {"allow.select.fields": "false"}).fields is None
    assert selected({}, configuration=chosen | {"default.select.fields.map": "{"}).fields is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"a": None, "b": 0, "c": ""}, {"b": 0, "c": ""}),
        ({"a": {"b": None}}, {"a": {}}),
        ([None, {"a": None}], [None, {}]),
        ({"a": [{"b": None, "c": [None]}]}, {"a": [{"c": [None]}]}),
        (7, 7),
    ],
)
def test_nulls_are_dropped_at_every_depth(value: object, expected: object) -> None:
    """Keys go, list items stay."""
    drop_nulls(value)
    assert value == expected


def test_an_instance_may_keep_nulls() -> None:
    """`filter.response.nulls` of its configuration."""
    element = element_of(resource("GET", "/x"))
    for kept, wanted in (("false", {"a": None}), ("true", {})):
        call = call_of(element, "GET", "/x", configuration={"filter.response.nulls": kept})
        assert shaped({"a": None}, call, has_null=True) == wanted
