"""The core under every vendor: records in order of id, found, ordered, described."""

from typing import Any

import pytest

from valence_sandbox.collections import Filter, Resource, pattern, select
from valence_sandbox.fields import Dialect, Field, Invalid, Kind, checked, shown, values_at
from valence_sandbox.routing import RouteTable
from valence_sandbox.store import Collection

DIALECT = Dialect(lambda text: int(text) if text.isdecimal() else None, lambda ms: f"@{ms}")


class Counting(dict[int, Any]):
    """Counts how many records are looked at."""

    looked_at = 0

    def __getitem__(self, key: int) -> Any:
        self.looked_at += 1
        return super().__getitem__(key)


def test_a_page_of_a_plain_list_costs_a_page() -> None:
    """However many records there are."""
    records = Collection()
    for number in range(5000):
        records.add({"name": str(number)})
    counting = records._records = Counting(records._records)
    found = select(records, Resource("rows", "Row", ()), {}, dialect=DIALECT)
    assert (len(found), [row["id"] for row in found[4000:4003]]) == (5000, [4001, 4002, 4003])
    assert counting.looked_at == 3


def test_records_are_in_order_of_id_whatever_the_order_of_arrival() -> None:
    """Also after deletions."""
    records = Collection()
    for number in (7, 3, 5):
        records.add({}, record_id=number)
    assert [row["id"] for row in records.all()] == [3, 5, 7]
    assert records.add({})["id"] == 8
    assert records.remove(5)
    assert not records.remove(5)
    assert [row["id"] for row in records.all()] == [3, 7, 8]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("rye", False),
        ("rye*", True),
        ("*bread", True),
        ("*e b*", True),
        ("RYE BREAD", True),
        ("*rye", False),
        ("bread*", False),
    ],
)
def test_patterns(text: str, *, found: bool) -> None:
    """A star at either end, whatever the case."""
    assert pattern(["Rye bread"], text) is found


FIELDS = (
    Field("id", Kind.INTEGER, is_read_only=True),
    Field("name", is_required=True),
    Field("size", Kind.INTEGER, minimum=1, maximum=3),
    Field("kind", choices=("a", "b"), default="a"),
    Field("at", Kind.MOMENT, source="when"),
    Field("secret", is_write_only=True),
    Field("more", is_optional=True),
    Field("tags", Kind.LIST, items=Kind.KEY),
    Field("owner", Kind.OBJECT, fields=(Field("id", Kind.KEY), Field("name"))),
    Field("state", words={"on": "ON", "off": "OFF"}),
)


def test_a_body_becomes_a_record_and_is_shown_again() -> None:
    """Unknown and read-only names are ignored, defaults filled in, times and keys translated."""
    body = {
        "id": 9, "name": "x", "at": "12", "secret": "s", "nonsense": 1, "tags": ["1", 2],
        "owner": {"id": "7"}, "state": "OFF",
    }  # fmt: skip
    kept = checked(FIELDS, body, dialect=DIALECT)
    assert "id" not in kept
    assert (kept["when"], kept["kind"], kept["tags"], kept["owner"]) == (
        12, "a", [1, 2], {"id": 7, "name": None},
    )  # fmt: skip
    assert shown(FIELDS, {"id": 1, **kept}, dialect=DIALECT) == {
        "id": 1, "name": "x", "size": None, "kind": "a", "at": "@12", "tags": ["1", "2"],
        "owner": {"id": "7", "name": None}, "state": "OFF",
    }  # fmt: skip
    assert "more" in shown(FIELDS, kept, dialect=DIALECT, asked=("more",))


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": ""},
        {"name": 5},
        {"name": "x", "size": 0},
        {"name": "x", "size": 4},
        {"name": "x", "size": True},
        {"name": "x", "size": "1.5"},
        {"name": "x", "kind": "c"},
        {"name": "x", "at": "noon"},
        {"name": "x", "tags": "1"},
        {"name": "x", "tags": ["x"]},
        {"name": "x", "owner": 5},
        {"name": "x", "state": "on"},
    ],
)
def test_what_does_not_fit_is_refused(body: dict[str, Any]) -> None:
    """With a sentence."""
    with pytest.raises(Invalid):
        checked(FIELDS, body, dialect=DIALECT)


def test_a_partial_body_says_only_what_it_says() -> None:
    """No defaults, nothing required but what it would empty."""
    assert checked(FIELDS, {"size": 2}, dialect=DIALECT, is_partial=True) == {"size": 2}
    with pytest.raises(Invalid):
        checked(FIELDS, {"name": None}, dialect=DIALECT, is_partial=True)


def test_paths_go_through_lists() -> None:
    """Null is no value."""
    record = {"items": [{"p": {"id": 1}}, {"p": None}, {"p": {"id": 2}}]}
    assert values_at(record, "items.p.id") == [1, 2]


def test_a_filter_has_a_default_and_a_value_that_does_not_filter() -> None:
    """The default counts where the parameter is absent."""
    records = Collection()
    for state in ("open", "closed"):
        records.add({"state": state})
    states = ("open", "closed", "all")
    row = Filter("state", choices=states, neutral="all", default="open")
    resource = Resource("rows", "Row", (), (row,))
    for query, count in (({}, 1), ({"state": "closed"}, 1), ({"state": "all"}, 2)):
        assert len(select(records, resource, query, dialect=DIALECT)) == count


@pytest.mark.parametrize(
    ("method", "path", "found"),
    [
        ("GET", "things/model", "model"),
        ("GET", "things/5", "one"),
        ("DELETE", "things/model", "remove"),
        ("GET", "things/5:data", "data"),
        ("GET", "things/5/parts/6", "part"),
        ("PUT", "things/5", "method"),
        ("GET", "things/5/nothing", None),
        ("GET", "things/5/parts", None),
    ],
)
def test_literal_segments_win(method: str, path: str, found: str | None) -> None:
    """Over a suffix, and that over a placeholder; a path known for other verbs is told apart."""
    names = {
        ("GET", "things/model"): "model",
        ("GET", "things/*"): "one",
        ("DELETE", "things/*"): "remove",
        ("GET", "things/*:data"): "data",
        ("GET", "things/*/parts/*"): "part",
    }
    table = RouteTable({key: lambda name=name: name for key, name in names.items()})
    handler = table.find(method, tuple(path.split("/")))
    assert (handler() if callable(handler) else handler) == found
