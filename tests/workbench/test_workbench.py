"""Samples, coverage, previews and suggestions, held against a vendor that counts its calls."""

from dataclasses import replace
from typing import Any

import pytest

from tests.gateway.conftest import PAGE_ROWS, OpenWalk, Vendor, Walk, resource
from valence.activity import CallSearch
from valence.common_resources import Draft
from valence.domain import Forbidden, InvalidRequest, NotFound, Role, VendorRefused
from valence.transformations import SampledField
from valence.workbench import Workbench

PEOPLE = [{"Id": 1, "Name": "Ann", "note": None}, {"Id": 2, "Name": "Bo", "note": None}]
LIST = resource(
    "GET", "/people", parameters=PAGE_ROWS, paginationType="page",
    object={"name": "people", "vendorName": "Person", "fields": []},
)  # fmt: skip
ONE = resource("GET", "/people/{id}")
OBJECTS = [
    {
        "name": "people",
        "vendorName": "Person",
        "fields": [
            {"name": "Id", "type": "integer", "readOnly": True},
            {"name": "Name", "type": "string", "displayName": "Full name"},
            {"name": "born", "type": "date"},
        ],
    }
]
MAPPED = {"vendorName": "Person", "fields": [{"path": "key", "vendorPath": "Id"}]}
CUSTOM = resource("GET", "/objects/{objectName}/customFields", "GET /fields")


async def opened(open_walk: OpenWalk, vendor: Vendor, *more: dict[str, Any]) -> Walk:
    vendor.on("GET /people", PEOPLE)
    return await open_walk(LIST, ONE, *more, objects=OBJECTS)


async def define(walk: Walk, *fields: dict[str, Any], name: str = "person") -> None:
    services = walk.services
    scope = services.scopes.organization(walk.principal)
    await services.common_resources.define(scope, {name: {"fields": list(fields)}})


def bench(walk: Walk) -> Workbench:
    return walk.services.workbench


async def test_a_sample_holds_records_and_fields(open_walk: OpenWalk, vendor: Vendor) -> None:
    """What records have, what metadata tells, and both together."""
    walk = await opened(open_walk, vendor)
    for name in ("people", "person", "Person"):  # the vendor's word in any letter case
        found = await bench(walk).sample(walk.principal, walk.instance.id, name, size=5)
        assert (found.name, found.path, found.records) == (name, "/people", PEOPLE)
        assert found.warning is None
    assert vendor.calls == ["GET /people?page=1&limit=5"] * 3
    assert found.fields == (
        SampledField("Id", "int", {"int": 2}, 2, 0, (1, 2), is_documented=True,
                     vendor_type="integer", is_read_only=True),
        SampledField("Name", "string", {"string": 2}, 2, 0, ("Ann", "Bo"), is_documented=True,
                     display_name="Full name", vendor_type="string"),
        SampledField("note", "string", {}, 0, 2),
        SampledField("born", "date", is_documented=True, vendor_type="date"),
    )  # fmt: skip


async def test_one_record_is_a_sample_too(open_walk: OpenWalk, vendor: Vendor) -> None:
    """By its id, percent-encoded on the way."""
    walk = await opened(open_walk, vendor)
    vendor.on("GET /people/a b", {"Id": 9})
    found = await bench(walk).sample(walk.principal, walk.instance.id, "people", record_id="a b")
    assert (found.records, found.next_page) == ([{"Id": 9}], None)


async def test_a_sample_is_in_the_log_of_calls(open_walk: OpenWalk, vendor: Vendor) -> None:
    """With its path, query and end, as any call is."""
    walk = await opened(open_walk, vendor)
    await bench(walk).sample(walk.principal, walk.instance.id, "Person", size=3)
    vendor.on("GET /people", {"message": "no"}, status=500)
    with pytest.raises(VendorRefused):
        await bench(walk).sample(walk.principal, walk.instance.id, "people")
    await walk.services.call_log.flush()
    found, _ = await walk.services.calls.search(walk.principal, CallSearch(limit=10))
    assert [(one.path, one.query, one.is_success) for one in found] == [
        ("/people", "pageSize=25", False),
        ("/people", "pageSize=3", True),
    ]
    assert found[1].exchanges == 1


async def test_records_are_worth_having_without_metadata(
    open_walk: OpenWalk, vendor: Vendor
) -> None:
    """What could not be asked for is said beside them."""
    walk = await opened(open_walk, vendor, CUSTOM)
    vendor.on("GET /fields", {"message": "not for you"}, status=403)
    found = await bench(walk).sample(walk.principal, walk.instance.id, "people")
    assert found.records == PEOPLE
    assert not any(field.is_documented for field in found.fields)
    assert "The fields of people are not described: " in (found.warning or "")
    vendor.on("GET /fields", [{"vendorPath": "cf", "vendorDisplayName": "Bread"}])
    found = await bench(walk).sample(walk.principal, walk.instance.id, "people")
    custom = found.fields[-1]
    assert (custom.path, custom.is_custom, custom.display_name) == ("cf", True, "Bread")
    assert found.warning is None


async def test_an_object_of_any_name_is_sampled_where_the_element_takes_any(
    open_walk: OpenWalk, vendor: Vendor
) -> None:
    """What nobody describes has no documented fields, and that is no warning."""
    walk = await open_walk(resource("GET", "/{objectName}", parameters=PAGE_ROWS))
    vendor.on("GET /Invoice__c", [{"Id": 1}])
    found = await bench(walk).sample(walk.principal, walk.instance.id, "Invoice__c")
    assert (found.path, found.records, found.warning) == ("/Invoice__c", [{"Id": 1}], None)


@pytest.mark.parametrize("size", [0, -1, 201])
async def test_a_sample_is_small(size: int, open_walk: OpenWalk, vendor: Vendor) -> None:
    """At most 200 records, and the vendor is not asked for more."""
    walk = await opened(open_walk, vendor)
    with pytest.raises(InvalidRequest, match="200"):
        await bench(walk).sample(walk.principal, walk.instance.id, "people", size=size)
    assert vendor.calls == []


async def test_a_sample_at_hand_costs_no_call(open_walk: OpenWalk, vendor: Vendor) -> None:
    """Coverage and suggestions of a draft follow every change of it without the vendor."""
    walk = await opened(open_walk, vendor)
    await define(walk, {"path": "key"}, {"path": "name"}, {"path": "full"})
    at = (walk.principal, walk.instance.id)
    sample = await bench(walk).sample(*at, "Person")
    vendor.seen.clear()
    draft = Draft(MAPPED)
    report = await bench(walk).coverage(*at, "person", draft, sample=sample)
    assert [(one.path, one.state) for one in report.fields] == [
        ("key", "mapped"), ("name", "unmapped"), ("full", "unmapped"),
    ]  # fmt: skip
    open_still = await bench(walk).suggest(*at, "person", draft=draft, sample=sample)
    assert [(one.path, one.vendor_path) for one in open_still] == [("name", "Name")]
    takes_name = Draft({"vendorName": "Person", "fields": [{"path": "full", "vendorPath": "Name"}]})
    assert await bench(walk).suggest(*at, "person", draft=takes_name, sample=sample) == []
    assert vendor.calls == []
    assert (await bench(walk).coverage(*at, "person", draft)).record_count == 2
    assert vendor.calls == ["GET /people?page=1&limit=25"]


async def test_what_is_stored_counts_until_a_draft_comes(
    open_walk: OpenWalk, vendor: Vendor
) -> None:
    """In previews as in coverage; of an object that is defined and not mapped there is neither."""
    walk = await opened(open_walk, vendor)
    await define(walk, {"path": "key", "type": "string"})
    at = (walk.principal, walk.instance.id, "person")
    for act in (bench(walk).coverage(*at), bench(walk).preview(*at, None, {})):
        with pytest.raises(NotFound, match="No transformation found"):
            await act
    with pytest.raises(NotFound, match="No object found"):
        await bench(walk).suggest(walk.principal, walk.instance.id, "nothing")
    scope = walk.services.scopes.organization(walk.principal)
    await walk.services.common_resources.map(scope, "acme", {"person": MAPPED})
    assert (await bench(walk).preview(*at, None, {"Id": 7})).value == {"key": "7"}
    drafted = Draft({"vendorName": "Person", "fields": [{"path": "no", "vendorPath": "Id"}]})
    assert (await bench(walk).preview(*at, drafted, {"Id": 7})).value == {"no": "7"}
    defined = Draft(MAPPED, definition={"fields": [{"path": "key", "type": "int"}]})
    assert (await bench(walk).preview(*at, defined, {"Id": 7})).value == {"key": 7}
    written = await bench(walk).preview(*at, None, [{"key": "7"}], method="PATCH")
    assert written.value == [{"Id": "7"}]


async def test_the_workbench_asks_for_privileges_itself(
    open_walk: OpenWalk, vendor: Vendor
) -> None:
    """Whoever stands before it need not."""
    walk = await opened(open_walk, vendor)
    user = replace(walk.principal, role=Role.USER)
    foreign = replace(walk.principal, account_id=walk.principal.account_id + 1)
    number, scripted = walk.instance.id, Draft(MAPPED | {"script": {"body": "done({})"}})
    assert (await bench(walk).preview(user, number, "x", Draft(MAPPED), {"Id": 1})).value
    with pytest.raises(Forbidden, match="editCommonObjects"):
        await bench(walk).preview(user, number, "x", scripted, {})
    with pytest.raises(Forbidden, match="editCommonObjects"):
        await bench(walk).preview_for_element(user, "acme", "x", scripted, {})
    for act in (
        bench(walk).sample(foreign, number, "people"),
        bench(walk).coverage(foreign, number, "people", Draft(MAPPED)),
        bench(walk).preview(foreign, number, "people", Draft(MAPPED), {}),
        bench(walk).suggest(foreign, number, "people"),
    ):
        with pytest.raises(Forbidden, match="another account"):
            await act
    assert vendor.calls == []


async def test_hubs_without_transformations_have_no_drafts(
    open_walk: OpenWalk, vendor: Vendor
) -> None:
    """What could not be saved cannot be tried out either."""
    walk = await open_walk(LIST, hub="documents")
    with pytest.raises(InvalidRequest) as caught:
        await bench(walk).preview(walk.principal, walk.instance.id, "x", Draft(MAPPED), {})
    assert caught.value.code == "not-mappable"
