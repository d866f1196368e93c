"""Descriptions of objects: asked of the element once, used in where, fields and bodies."""

import asyncio
from collections.abc import Mapping
from typing import Any

import orjson
import pytest
from aiohttp import web

from tests.conftest import MovedClock
from tests.gateway.conftest import OpenWalk, Vendor, call_of, element_of, resource, row
from valence.domain import Element, InvalidRequest, VendorRefused
from valence.gateway.fields import DOUBTED_SECONDS, KEPT_SECONDS, Descriptions, described
from valence.gateway.values import Described

FIELDS = [
    {"vendorPath": "Id", "vendorNativeType": "id"},
    {"vendorPath": "Name", "vendorNativeType": "string"},
    {"vendorPath": "Since", "vendorNativeType": "datetime", "type": "date"},
    {"vendorPath": "Age", "type": "number"},
    {"path": "no vendor path"},
]
ELEMENT = element_of(resource("GET", "/x"))


def test_names_are_found_whatever_their_case() -> None:
    """In the vendor's order, with the vendor's type where it says one."""
    found = described(FIELDS)
    assert found.names == ("Id", "Name", "Since", "Age")
    assert found.known["since"] == ("Since", "datetime")
    assert (found.own("NAME"), found.own("other")) == ("Name", "other")


class Asked:
    """Counts how often an element is asked; fails as long as it is told to."""

    def __init__(self) -> None:
        self.count = 0
        self.fails = False

    async def __call__(self) -> list[Mapping[str, Any]]:
        self.count += 1
        await asyncio.sleep(0)
        if self.fails:
            raise InvalidRequest("No.")
        return FIELDS[: self.count]


async def test_a_description_is_asked_for_once_and_forgotten() -> None:
    """Also by many at a time; after a quarter hour, or on refusal, anew; by instance and object."""
    clock, ask = MovedClock(), Asked()
    descriptions = Descriptions(clock)
    resolved = call_of(ELEMENT, "GET", "/x").resolved
    other = call_of(
        ELEMENT, "GET", "/x", configuration={"base.url": "https://other.example"}
    ).resolved

    async def of(name: str = "Account", who: Any = resolved) -> Described:
        return await descriptions.of(who, name, ask)

    ask.fails = True
    outcomes = await asyncio.gather(of(), of(), return_exceptions=True)
    assert [type(one) for one in outcomes] == [InvalidRequest] * 2
    ask.fails, ask.count = False, 0
    found = await asyncio.gather(*(of() for _ in range(5)), of("ACCOUNT"))
    assert (ask.count, {one.names for one in found}) == (1, {("Id",)})
    assert (await of("Contact")).names == ("Id", "Name")
    assert (await of(who=other)).names == ("Id", "Name", "Since")
    assert not descriptions.forget_old(resolved, "account")
    clock.advance(seconds=DOUBTED_SECONDS)
    assert descriptions.forget_old(resolved, "account")
    assert not descriptions.forget_old(resolved, "account")
    assert len((await of()).names) == 4
    clock.advance(seconds=KEPT_SECONDS)
    assert len((await of()).names) == 4
    assert ask.count == 5


# -- in a call -------------------------------------------------------------------------------------

STATEMENT = {
    "language": "soql",
    "parameter": "q",
    "text": "SELECT {fields} FROM T[ WHERE {where}] ORDER BY {orderBy}[ LIMIT {pageSize}]",
    "headers": {"Batch": "size={batch}"},
}


def resources() -> list[dict[str, Any]]:
    listing = {
        "describes": "Thing",
        "statement": STATEMENT,
        "filter": {"dialect": "soql"},
        "ordering": {"parameter": "orderBy", "default": "Id", "tie": "Id"},
        "paging": {"style": "statement", "largest": 10, "deepest": 10},
    }
    return [
        resource("GET", "/objects/{objectName}/metadata", "GET /describe/{objectName}"),
        resource("GET", "/things", "GET /query", **{"x-valence": listing}),
        resource(
            "POST",
            "/things",
            parameters=[row("body:b", "body:b")],
            **{"x-valence": {"describes": "Thing"}},
        ),
        resource(
            "GET",
            "/any/{objectName}",
            "GET /query",
            **{"x-valence": {**listing, "describes": "{objectName}"}},
        ),
    ]


@pytest.fixture
def things(vendor: Vendor) -> dict[str, Any]:
    """A vendor that describes things and answers every statement; `held` may be changed."""
    held: dict[str, Any] = {"fields": FIELDS[:3], "batches": [], "refuses": ""}

    def query(request: web.Request, body: bytes) -> web.Response:
        held["batches"].append(request.headers.get("Batch"))
        if held["refuses"] and held["refuses"] in request.query["q"]:
            return web.json_response({"message": "No such column"}, status=400)
        return web.json_response([{"Id": "1", "Name": "A", "Since": None}])

    vendor.on(
        "GET /describe/Thing", lambda request, body: web.json_response({"fields": held["fields"]})
    )
    vendor.on("GET /query", query)
    vendor.on("POST /things", lambda request, body: web.json_response(orjson.loads(body)))
    return held


def statements(vendor: Vendor) -> list[str]:
    return [call.partition("q=")[2].replace("+", " ") for call in vendor.calls if "q=" in call]


async def test_a_statement_reads_all_fields_or_those_asked_for(
    open_walk: OpenWalk, vendor: Vendor, things: dict[str, Any]
) -> None:
    """By the vendor's names; the description is read before the first call only."""
    walk = await open_walk(*resources())
    assert await walk.json("GET", "/things", {"pageSize": "3"}) == [{"Id": "1", "Name": "A"}]
    asked = {"fields": "name, NAME,id", "where": "since > '2018-01-01'", "orderBy": "name desc"}
    assert await walk.json("GET", "/things", asked) == [{"Id": "1", "Name": "A"}]
    assert vendor.calls[0] == "GET /describe/Thing"
    assert [call for call in vendor.calls if "describe" in call] == ["GET /describe/Thing"]
    assert statements(vendor) == [
        "SELECT Id%2C Name%2C Since FROM T ORDER BY Id LIMIT 3",
        "SELECT Name%2C Id FROM T WHERE Since %3E 2018-01-01T00%3A00%3A00Z ORDER BY name desc%2CId",
    ]
    assert things["batches"] == ["size=3", "size=10"]


async def test_bodies_get_the_vendors_names(
    open_walk: OpenWalk, vendor: Vendor, things: dict[str, Any]
) -> None:
    """Unknown ones go as they are, for the vendor to judge; one name twice is refused."""
    walk = await open_walk(*resources())
    sent = await walk.json("POST", "/things", body={"name": "A", "SINCE": 1, "Other": None})
    assert sent == {"Name": "A", "Since": 1}
    with pytest.raises(InvalidRequest, match="twice"):
        await walk.call("POST", "/things", body={"name": "A", "Name": "B"})


async def test_an_object_named_by_the_path_is_described(
    open_walk: OpenWalk, vendor: Vendor, things: dict[str, Any]
) -> None:
    """One that is not there is the vendor's 404."""
    walk = await open_walk(*resources())
    assert await walk.json("GET", "/any/Thing") == [{"Id": "1", "Name": "A"}]
    vendor.on("GET /describe/Nothing", lambda request, body: web.Response(status=404))
    with pytest.raises(VendorRefused) as caught:
        await walk.call("GET", "/any/Nothing")
    assert caught.value.status == 404


async def test_a_field_that_has_gone_is_noticed(
    open_walk: OpenWalk, vendor: Vendor, things: dict[str, Any]
) -> None:
    """A refused reading is repeated once, with a newer description, where that is another."""
    walk = await open_walk(*resources())
    await walk.call("GET", "/things")
    things["refuses"] = "Since"
    with pytest.raises(VendorRefused):
        await walk.call("GET", "/things")  # the description is too new to be the reason
    walk.clock.advance(seconds=DOUBTED_SECONDS)
    with pytest.raises(VendorRefused):
        await walk.call("GET", "/things")  # it is the same when asked for again
    walk.clock.advance(seconds=DOUBTED_SECONDS)
    things["fields"] = FIELDS[:2]
    assert await walk.json("GET", "/things") == [{"Id": "1", "Name": "A"}]
    assert statements(vendor)[-1].startswith("SELECT Id%2C Name FROM T")
    assert orjson.loads((await walk.call("GET", "/things")).body)


def test_a_definition_can_only_use_a_language_there_is() -> None:
    """Told at the check, with its place."""
    with pytest.raises(InvalidRequest, match="statement"):
        _with_language("cobol")
    assert _with_language("soql").operations[0].statement is not None


def _with_language(language: str) -> Element:
    said = {"statement": {**STATEMENT, "language": language}}
    return element_of(resource("GET", "/x", **{"x-valence": said}))
