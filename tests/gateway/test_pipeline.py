"""The whole walk of a call, in front of a vendor on loopback."""

import orjson
import pytest
from aiohttp import web

from tests.gateway.conftest import (
    CURSOR_ROWS,
    PAGE_ROWS,
    OpenWalk,
    Vendor,
    element_of,
    hook,
    resource,
    row,
)
from valence.domain import (
    Call,
    InvalidRequest,
    NotFound,
    ScriptFailed,
    ValenceError,
    VendorRefused,
)
from valence.elements import helium_objects
from valence.gateway import Part, ResourceRequest
from valence.gateway.universal import object_names
from valence.instances import NewInstance


def listing(request: web.Request, body: bytes) -> web.Response:
    """Answer 30 records by offset and limit."""
    start, limit = int(request.query["page"]), int(request.query["limit"])
    found = [{"id": n, "none": None} for n in range(30)][start : start + limit]
    return web.json_response({"items": found, "count": 30})


async def test_a_list_of_several_vendor_pages(open_walk: OpenWalk, vendor: Vendor) -> None:
    """Served whole above the vendor's largest page, without nulls, with the total and a token."""
    vendor.on("GET /x", listing)
    walk = await open_walk(
        resource(
            "GET",
            "/x",
            rootKey="|items",
            parameters=PAGE_ROWS,
            **{"x-valence": {"totalKey": "count"}},
        ),
        configuration={"pagination.type": "offset", "pagination.max": "10"},
    )
    response = await walk.call("GET", "/x", {"pageSize": "25"})
    headers = dict(response.headers)
    assert response.body.startswith(b'[{"id":0},{"id":1},')
    assert headers["Elements-Returned-Count"] == "25"
    assert headers["Elements-Total-Count"] == "30"
    assert headers["Elements-Element-Instance-Id"] == str(walk.instance.id)
    assert "Elements-Error" not in headers
    assert vendor.calls == [
        "GET /x?page=0&limit=10",
        "GET /x?page=10&limit=10",
        "GET /x?page=20&limit=10",
    ]
    token = headers["Elements-Next-Page-Token"]
    rest = await walk.call("GET", "/hubs/crm/x", {"nextPage": token, "pageSize": "25"})
    assert rest.body.startswith(b'[{"id":25},')
    assert "Elements-Next-Page-Token" not in dict(rest.headers)


async def test_pages_walk_a_list_for_the_rooms_above(open_walk: OpenWalk, vendor: Vendor) -> None:
    """One page after the other to the end; a cursor of the vendor's inside the tokens."""

    def by_cursor(request: web.Request, body: bytes) -> web.Response:
        start = int(request.query.get("cursor", "0"))
        more = {"next": start + 2} if start < 4 else {}
        return web.json_response({"items": [{"id": start, "n": None}, {"id": start + 1}], **more})

    vendor.on("GET /x", by_cursor)
    vendor.on("GET /one", {"id": 1})
    walk = await open_walk(
        resource("GET", "/x", rootKey="|items", nextPageKey="next", parameters=CURSOR_ROWS),
        resource("GET", "/one"),
    )
    request = ResourceRequest(walk.secrets, "GET", "/x", (("pageSize", "2"), ("page", "1")))
    pages = walk.services.gateway.pages(walk.principal, walk.instance, request)
    found = [page async for page in pages]
    assert [[record["id"] for record in page.records] for page in found] == [[0, 1], [2, 3], [4, 5]]
    assert found[0].records[0] == {"id": 0}
    assert [page.next_page is None for page in found] == [False, False, True]
    one = ResourceRequest(walk.secrets, "GET", "/one")
    single = [p async for p in walk.services.gateway.pages(walk.principal, walk.instance, one)]
    assert [page.records for page in single] == [[{"id": 1}]]


async def test_a_vendors_next_link_is_followed(open_walk: OpenWalk, vendor: Vendor) -> None:
    """On its own host, as it stands in the Link header."""

    def by_link(request: web.Request, body: bytes) -> web.Response:
        if "after" in request.query:
            return web.json_response([{"id": 2}])
        link = f'<{vendor.url}/x?after=1&limit=1>; rel="next"'
        return web.json_response([{"id": 1}], headers={"Link": link})

    vendor.on("GET /x", by_link)
    walk = await open_walk(resource("GET", "/x", **{"x-valence": {"paging": {"style": "link"}}}))
    assert await walk.json("GET", "/x") == [{"id": 1}, {"id": 2}]
    assert vendor.calls == ["GET /x", "GET /x?after=1&limit=1"]


async def test_every_success_is_one(open_walk: OpenWalk, vendor: Vendor) -> None:
    """Whatever the vendor's status; an empty answer is an object."""
    walk = await open_walk(resource("DELETE", "/x/{id}"))
    for status in (200, 201, 202, 204):
        vendor.on(
            f"DELETE /x/{status}",
            lambda request, body: web.Response(status=int(request.path[3:])),
        )
        assert (await walk.call("DELETE", f"/x/{status}")).body == b"{}"
    assert len(vendor.seen) == 4


async def test_files_go_down_and_up(open_walk: OpenWalk, vendor: Vendor) -> None:
    """As they are, with name and type; and never as a page of this server."""
    name = {"Content-Disposition": 'attachment; filename="a.html"'}

    def file(request: web.Request, body: bytes) -> web.Response:
        return web.Response(body=b"<script>", content_type="text/html", headers=name)

    def created(request: web.Request, body: bytes) -> web.Response:
        return web.json_response({"id": 5, "size": len(body)}, status=201)

    vendor.on("GET /files/1", file)
    vendor.on("POST /files", created)
    walk = await open_walk(
        resource("GET", "/files/{id}", response={"contentType": "application/octet-stream"}),
        resource("POST", "/files", parameters=[row("multipart:file", "form:file")]),
    )
    response = await walk.call("GET", "/files/1")
    headers = dict(response.headers)
    assert (response.body, response.content_type[:9]) == (b"<script>", "text/html")
    assert headers["Content-Disposition"] == name["Content-Disposition"]
    assert headers["Content-Security-Policy"] == "sandbox"
    assert headers["X-Content-Type-Options"] == "nosniff"
    made = await walk.json("POST", "/files", parts=(Part("file", b"x" * 100_000, "a.bin"),))
    assert made["id"] == 5
    assert made["size"] > 100_000


async def test_a_chain_answers_with_its_last_link(open_walk: OpenWalk, vendor: Vendor) -> None:
    """Each link reads the answer before."""
    vendor.on("GET /a", {"data": {"id": 1}})
    vendor.on("GET /b/1", {"id": 2})
    vendor.on("GET /c/2", [{"id": 3}])
    walk = await open_walk(
        resource("GET", "/a", nextResource="GET:/b"),
        resource(
            "GET",
            "/b",
            "GET /b/{id}",
            nextResource="GET:/c",
            parameters=[row("prevBodyField:data.id", "path:id")],
        ),
        resource("GET", "/c", "GET /c/{id}", parameters=[row("prevBodyField:id", "path:id")]),
    )
    assert await walk.json("GET", "/a") == [{"id": 3}]
    assert vendor.calls == ["GET /a", "GET /b/1", "GET /c/2"]


async def test_an_error_ends_a_chain(open_walk: OpenWalk, vendor: Vendor) -> None:
    """The link's error is the call's."""
    vendor.on("GET /a", {"message": "not yours"}, status=403)
    walk = await open_walk(resource("GET", "/a", nextResource="GET:/b"), resource("GET", "/b"))
    with pytest.raises(VendorRefused) as caught:
        await walk.call("GET", "/a")
    assert (caught.value.status, vendor.calls) == (403, ["GET /a"])


async def test_response_rows_are_kept_in_the_instance(open_walk: OpenWalk, vendor: Vendor) -> None:
    """And known to the next call, in every process."""
    vendor.on("GET /x", {"id": 1, "sync": "s-2"})
    walk = await open_walk(
        resource(
            "GET",
            "/x",
            parameters=[
                row("configuration:token", "header:X-Sync"),
                row("configuration:token", "bodyField:sync", answer=True),
            ],
        )
    )
    await walk.call("GET", "/x")
    await walk.call("GET", "/x")
    assert [request.headers.get("X-Sync") for request in vendor.seen] == [None, "s-2"]
    written = walk.services.revisions.current("instances")
    await walk.call("GET", "/x")
    assert walk.services.revisions.current("instances") == written  # the same value again


async def test_every_call_leaves_a_record(open_walk: OpenWalk, vendor: Vendor) -> None:
    """What was called, what came of it, how long each stage took; traced where it is wanted."""
    vendor.on("GET /x", {"id": 1})
    walk = await open_walk(resource("GET", "/x"), resource("GET", "/gone"))
    found: list[Call] = []
    gateway = walk.services.gateway
    gateway._record = found.append
    await walk.services.instances.set_trace_logging(walk.principal, walk.instance.id, minutes=1)
    await walk.call("GET", "/x", request_id="r1")
    with pytest.raises(VendorRefused):
        await walk.call("GET", "/gone", request_id="r2")
    with pytest.raises(InvalidRequest):
        await walk.call("GET", "/nothing")
    first, second, third = found
    assert (first.request_id, first.status, first.code, first.exchanges) == ("r1", 200, None, 1)
    assert (first.element_key, first.instance_id, first.path) == ("acme", walk.instance.id, "/x")
    stages = dict(first.stages)
    assert list(stages) == ["resolve", "match", "build", "send", "decode", "respond"]
    assert sum(stages.values()) <= first.duration_us + 10
    assert [one["status"] for one in first.trace] == [200]
    assert (second.status, second.code, second.exchanges) == (404, "vendor-refused", 1)
    assert (third.status, third.code, third.exchanges) == (400, "unknown-resource", 0)
    assert len(third.request_id) == 24  # who brings none is given one


async def test_a_script_that_expects_no_error_does_not_hide_it(
    open_walk: OpenWalk, vendor: Vendor
) -> None:
    """What the vendor said reaches the caller; where the vendor was content, the script's fault."""
    script = hook("postRequest", "done({response_body: response_body.data.map(one => one.id)})")
    walk = await open_walk(resource("GET", "/x", hooks=[script]))
    vendor.on("GET /x", {"message": "not yours"}, status=403)
    with pytest.raises(VendorRefused) as caught:
        await walk.call("GET", "/x")
    assert (caught.value.status, "not yours" in str(caught.value.provider_message)) == (403, True)
    vendor.on("GET /x", {"other": 1})
    with pytest.raises(ScriptFailed):
        await walk.call("GET", "/x")


# -- life cycle ------------------------------------------------------------------------------------

CHECK = resource(
    "GET",
    "/check",
    "GET /me",
    type="provisionAuthValidation",
    parameters=[row("configuration:account", "bodyField:id")],
)
PREPARE = resource(
    "POST",
    "/prepare",
    "POST /hooks/{account}",
    type="onProvision",
    parameters=[row("configuration:account", "path:account")],
    hooks=[hook("postRequest", "done({configuration: {webhook: response_body.hook}})")],
)
CLEAN_UP = resource(
    "DELETE",
    "/clean",
    "DELETE /hooks/{webhook}",
    type="onDelete",
    parameters=[row("configuration:webhook", "path:webhook")],
)


async def test_an_element_validates_prepares_and_cleans_up(
    open_walk: OpenWalk, vendor: Vendor
) -> None:
    """In the order of an instance's life; what it gives back is the instance's configuration."""
    vendor.on("GET /me", {"id": 12})
    vendor.on("POST /hooks/12", {"hook": 99})
    vendor.on("DELETE /hooks/99", {})
    walk = await open_walk(CLEAN_UP, PREPARE, CHECK)
    assert vendor.calls == ["GET /me", "POST /hooks/12"]
    stored = await walk.configuration()
    assert (stored["account"].reveal(), stored["webhook"].reveal()) == ("12", "99")
    await walk.services.instances.delete(walk.principal, walk.instance.id)
    assert vendor.calls[2:] == ["DELETE /hooks/99"]


@pytest.mark.parametrize("failing", ["GET /me", "POST /hooks/12"])
async def test_a_refused_validation_stores_nothing(
    open_walk: OpenWalk, vendor: Vendor, failing: str
) -> None:
    """Any answer but success refuses the instance, with the vendor's words."""
    vendor.on("GET /me", {"id": 12})
    vendor.on("POST /hooks/12", {"hook": 99})
    walk = await open_walk(CHECK, PREPARE)
    vendor.on(failing, {"message": "bad key"}, status=401)
    with pytest.raises(VendorRefused) as caught:
        await walk.services.instances.create(walk.principal, NewInstance(walk.element, "Second"))
    assert (caught.value.status, caught.value.message) == (401, "bad key")
    known = await walk.services.instances.search(walk.principal)
    assert [instance.id for instance in known] == [walk.instance.id]


async def test_a_failing_clean_up_does_not_keep_the_instance(
    open_walk: OpenWalk, vendor: Vendor
) -> None:
    """It is logged and ignored."""
    walk = await open_walk(resource("DELETE", "/clean", "DELETE /hooks", type="onDelete"))
    await walk.services.instances.delete(walk.principal, walk.instance.id)
    assert vendor.calls == ["DELETE /hooks"]
    assert await walk.services.instances.search(walk.principal) == []


# -- what every element answers --------------------------------------------------------------------


def test_the_names_of_objects() -> None:
    """Listable resources and declared objects; what only types a field of another is none."""
    element = element_of(
        resource("GET", "/contacts", parameters=PAGE_ROWS),
        resource("GET", "/contacts/{id}"),
        resource("GET", "/{objectName}", parameters=PAGE_ROWS),
        configuration={"pagination.type": "page"},
        objects=[
            {
                "name": "contacts",
                "vendorName": "Contact",
                "fields": [{"name": "a", "type": "address"}],
            },
            {"name": "address", "fields": [{"name": "city", "type": "string"}]},
            {"name": "Lead", "fields": []},
        ],
    )
    assert object_names(element) == ["contacts", "Lead"]
    assert helium_objects(element.document) == [
        {"name": "contacts", "vendorName": "Contact", "type": "ceCanonical"},
        {"name": "Lead", "vendorName": "Lead", "type": "vendor"},
    ]
    only = element_of(objects=[{"name": "contacts", "fields": []}])
    assert object_names(only) == ["contacts"]


async def test_a_dynamic_object_is_read_by_its_name(open_walk: OpenWalk, vendor: Vendor) -> None:
    """Where the element declares `/{objectName}`."""
    vendor.on("GET /sobjects/Lead", {"records": [{"Id": "1"}]})
    vendor.on("GET /contacts", [])
    walk = await open_walk(
        resource("GET", "/contacts"),
        resource("GET", "/{objectName}", "GET /sobjects/{objectName}", rootKey="|records"),
    )
    assert await walk.json("GET", "/hubs/crm/Lead") == [{"Id": "1"}]
    assert await walk.json("GET", "/contacts") == []


async def test_a_disabled_instance_answers_objects_only(
    open_walk: OpenWalk, vendor: Vendor
) -> None:
    """Vendor resources are 403; one that lists the vendor's objects gives way to the definition."""
    vendor.on("GET /all", ["theirs"])
    walk = await open_walk(
        resource("GET", "/x", parameters=PAGE_ROWS), resource("GET", "/objects", "GET /all")
    )
    assert await walk.json("GET", "/objects") == ["theirs"]
    await walk.services.instances.set_enabled(walk.principal, walk.instance.id, is_enabled=False)
    assert await walk.json("GET", "/objects") == ["x"]
    with pytest.raises(ValenceError) as caught:
        await walk.call("GET", "/x")
    assert (caught.value.status, caught.value.code) == (403, "instance-disabled")


async def test_scripts_start_with_the_first_script(open_walk: OpenWalk, vendor: Vendor) -> None:
    """Most installations have none; workers that nobody needs cost nothing."""
    vendor.on("GET /x", {})
    walk = await open_walk(
        resource("GET", "/x"),
        resource("GET", "/y", "GET /no-op", hooks=[hook("preRequest", "done({})")]),
    )
    await walk.call("GET", "/x")
    assert walk.services.scripts._pool is None
    assert await walk.json("GET", "/y") == {}
    assert walk.services.scripts._pool is not None


async def test_fields_of_the_accounts_own_follow_the_declared_ones(
    open_walk: OpenWalk, vendor: Vendor
) -> None:
    """An element's resource for them is asked for each object's metadata, and marks them so."""
    vendor.on("GET /own/deals", {"rows": [{"vendorPath": "cf_1", "type": "string"}, "odd"]})
    model = {"name": "deal", "swagger": {"deal": {"properties": {"id": {"type": "string"}}}}}
    walk = await open_walk(
        resource("GET", "/deals/{id}", model=model),
        resource(
            "GET",
            "/objects/{objectName}/customFields",
            "GET /own/{objectName}",
            rootKey="|rows",
            parameters=PAGE_ROWS,
        ),
        configuration={"pagination.type": "offset"},
    )
    fields = orjson.loads((await walk.call("GET", "/objects/deals/metadata")).body)["fields"]
    assert [(one["vendorPath"], one.get("custom")) for one in fields] == [
        ("id", None),
        ("cf_1", True),
    ]
    with pytest.raises(NotFound):
        await walk.call("GET", "/objects/nothing/metadata")
    assert len(vendor.calls) == 1
