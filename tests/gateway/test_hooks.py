"""Hooks of definitions, run by real workers in front of a real vendor."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web
from multidict import CIMultiDict

from tests.gateway.conftest import (
    BASE,
    PAGE_ROWS,
    OpenWalk,
    Vendor,
    call_of,
    element_of,
    hook,
    resource,
    row,
)
from valence.domain import ValenceError, VendorRefused
from valence.gateway import Part
from valence.gateway.build import Builder
from valence.gateway.encode import encode
from valence.gateway.hooks import Hooks
from valence.gateway.values import Decoded
from valence.scripting import ScriptPool

ECHO = "done({response_body: {seen: %s}, continue: false});"


def echo(request: web.Request, body: bytes) -> web.Response:
    """Answer with what came."""
    return web.json_response(
        {
            "call": f"{request.method} {request.path_qs}",
            "headers": {name.lower(): value for name, value in request.headers.items()},
            "body": body.decode(),
        }
    )


@pytest.fixture(scope="session")
async def pool() -> AsyncIterator[ScriptPool]:
    """Workers for all scripts of these tests."""
    opened = await ScriptPool.open(workers=1)
    yield opened
    await opened.close()


Hooked = Callable[..., Awaitable[Any]]


@pytest.fixture
def hooked(pool: ScriptPool) -> Hooked:
    """Run one POST /things/{id} with these hooks and return what it answers.

    In the vendor's place stands what it would have received.
    """
    hooks = Hooks(pool)

    async def run(
        *scripts: dict[str, Any],
        element: dict[str, Any] | None = None,
        body: object = None,
    ) -> Any:
        rows = [row("body:b", "body:b"), row("query:q", "query:vq")]
        made = resource(
            "POST", "/things/{id}", "POST /vendor", parameters=rows, hooks=list(scripts)
        )
        call = call_of(
            element_of(made, **(element or {})),
            "POST",
            "/hubs/crm/things/a%20b",
            {"q": "1", "x": "2"},
            body=body or {"name": "Ada"},
            headers={"content-type": "application/json", "authorization": "User s", "x-a": "b"},
        )
        found = await hooks.before(call, Builder().build(call), token=None)
        decoded = found.decoded
        if decoded is None:
            wire = encode(found.request)
            told = {
                "call": f"{wire.method} {wire.url.removeprefix(BASE)}",
                "headers": {name.lower(): value for name, value in wire.headers},
                "body": (wire.body or b"").decode(),
            }
            decoded = Decoded(told, headers=CIMultiDict({"X-Vendor": "v"}))
        after = await hooks.after(found.call, found.request, decoded, token=None)
        assert after.decoded is not None
        return after.decoded.value

    return run


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("request_body", '{"name":"Ada"}'),
        ("request_body_map", {"name": "Ada"}),
        ("request_vendor_body", '{"name":"Ada"}'),
        ("request_vendor_body_map.name", "Ada"),
        ("request_headers['x-a']", "b"),
        ("Object.keys(request_headers).includes('authorization')", False),
        ("request_path", "/hubs/crm/things/a%20b"),
        ("request_path_variables", {"id": "a b"}),
        ("request_parameters", {"q": "1", "x": "2"}),
        ("request_method", "POST"),
        ("request_vendor_headers.Accept", "application/json"),
        ("request_vendor_parameters", {"vq": "1"}),
        ("request_vendor_path", "/vendor"),
        ("request_vendor_method", "POST"),
        ("request_vendor_url", f"{BASE}/vendor"),
        ("request_expression", []),
        ("request_previous_response === null", True),
        ("request_previous_response_headers", {}),
        ("object_name", "things"),
        ("meta_data.elementKey", "acme"),
        ("configuration['site']", "ours"),
    ],
)
async def test_a_script_before_the_call_sees(
    hooked: Hooked, expression: str, expected: object
) -> None:
    """Every variable of the wire contract, under its name; never the caller's secrets."""
    answer = await hooked(
        hook("preRequest", ECHO % expression), element={"configuration": {"site": "ours"}}
    )
    assert answer == {"seen": expected}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("response_body.call", "POST /vendor?vq=1"),
        ("response_status_code", 200),
        ("response_iserror", False),
        ("response_headers['X-Vendor']", "v"),
        ("request_body_map.name", "Ada"),
        ("request_vendor_path", "/vendor"),
    ],
)
async def test_a_script_after_the_call_sees(
    hooked: Hooked, expression: str, expected: object
) -> None:
    """The answer besides the request."""
    answer = await hooked(hook("postRequest", f"done({{response_body: {{seen: {expression}}}}})"))
    assert answer == {"seen": expected}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("done({})", {"call": "POST /vendor?vq=1"}),
        ("done()", {"call": "POST /vendor?vq=1"}),
        ("done({request_vendor_parameters: {a: 5, vq: null}})", {"call": "POST /vendor?a=5"}),
        (
            "done({request_vendor_parameters: {a: [1, 'x y']}})",
            {"call": "POST /vendor?vq=1&a=1&a=x+y"},
        ),
        (
            "delete request_vendor_parameters.vq; done({request_vendor_parameters})",
            {"call": "POST /vendor"},
        ),
        ("done({request_vendor_path: '/elsewhere/5'})", {"call": "POST /elsewhere/5?vq=1"}),
        (
            "done({request_vendor_path: configuration['base.url'] + '/other'})",
            {"call": "POST /other?vq=1"},
        ),
        (
            "done({request_vendor_url: configuration['base.url'] + '/other'})",
            {"call": "POST /other?vq=1"},
        ),
        ("done({request_vendor_method: 'put'})", {"call": "PUT /vendor?vq=1"}),
        ("done({request_vendor_body: 'plain'})", {"body": "plain"}),
        ("done({request_vendor_body: {a: 1}})", {"body": '{"a":1}'}),
        (
            "done({request_vendor_body: {a: {b: [1, null]}, c: null},"
            " request_vendor_headers: {'Content-Type': 'application/x-www-form-urlencoded'}})",
            {"body": "a%5Bb%5D%5B0%5D=1"},
        ),
        (
            "request_vendor_headers['X-One'] = 'y'; done({request_vendor_headers: {'X-One': 1}})",
            {"headers": {"x-one": "1"}},
        ),
    ],
)
async def test_what_a_script_answers_changes_the_vendor_request(
    hooked: Hooked, body: str, expected: dict[str, Any]
) -> None:
    """Merged, replaced, deleted by null, and final where the very object comes back."""
    answer = await hooked(hook("preRequest", body))
    for name, value in expected.items():
        if name == "headers":
            assert value.items() <= answer["headers"].items()
        else:
            assert answer[name] == value


async def test_null_deletes_headers_also_the_default_ones(hooked: Hooked) -> None:
    """Accept and Content-Type too; without case."""
    script = "done({request_vendor_headers: {accept: null, 'CONTENT-TYPE': null, 'X-A': 'é'}})"
    headers = (await hooked(hook("preRequest", script.replace("é", "e"))))["headers"]
    assert headers == {"x-a": "e"}


async def test_the_same_headers_object_is_the_final_set(hooked: Hooked) -> None:
    """What the script deleted from it is not sent."""
    script = "delete request_vendor_headers.Accept; request_vendor_headers.X = '1'; done({request_vendor_headers});"
    headers = (await hooked(hook("preRequest", script)))["headers"]
    assert headers == {"content-type": "application/json", "x": "1"}


async def test_scripts_run_in_their_order_each_seeing_the_last(hooked: Hooked) -> None:
    """Global before, resource before, vendor, resource after, global after."""
    say = (
        "done({request_vendor_parameters: {order: (request_vendor_parameters.order || '') + '%s'}})"
    )
    tell = "response_body.order = (response_body.order || '') + '%s'; done({response_body})"
    answer = await hooked(
        hook("postRequest", tell % "c"),
        hook("preRequest", say % "b"),
        element={"hooks": [hook("postRequest", tell % "d"), hook("preRequest", say % "a")]},
    )
    assert answer["call"] == "POST /vendor?vq=1&order=ab"
    assert answer["order"] == "cd"


async def test_headers_that_a_script_adds_reach_the_caller(
    open_walk: OpenWalk, vendor: Vendor
) -> None:
    """Those that it may say, never the vendor's own; a later script has the last word."""
    vendor.on("GET /things", [{"id": 1}], headers={"X-Vendor": "v", "X-Seen": "vendor"})
    script = """const h = response_headers; h['X-Note'] = 'first'; h['X-Seen'] = 'script';
    h['Elements-Error'] = 'half\\r\\nof it é'; h['Set-Cookie'] = 'a=b'; h['elements-request-id'] = 'x';
    h['Access-Control-Allow-Origin'] = '*'; h['bad name'] = 'x'; done({response_headers: h});"""
    later = "done({response_headers: {'x-note': 'last'}});"
    walk = await open_walk(
        resource("GET", "/things", hooks=[hook("postRequest", script), hook("postRequest", later)])
    )
    answer = await walk.call("GET", "/hubs/crm/things")
    names = [name.lower() for name, _ in answer.headers]
    assert len(names) == len(set(names))
    assert {name.lower(): value for name, value in answer.headers} == {
        "elements-element-instance-id": str(walk.instance.id),
        "elements-returned-count": "1",
        "elements-error": "half??of it ?",
        "x-seen": "script",
        "x-note": "last",
    }


async def test_a_legacy_script_returns(hooked: Hooked) -> None:
    """And may be sloppy."""
    script = "y = 3; return {continue: false, response_body: {y: y}};"
    assert await hooked(hook("preRequest", script, is_legacy=True)) == {"y": 3}


async def test_continue_false_skips_the_vendor_and_runs_the_scripts_after(hooked: Hooked) -> None:
    """They may give the answer."""
    answer = await hooked(
        hook("preRequest", "done({continue: false})"),
        hook("postRequest", "done({response_body: {empty: response_body === null}})"),
    )
    assert answer == {"empty": True}


ERRORS = {
    "{response_error: true, response_error_message: 'No.', response_status_code: 409}": (
        409,
        "No.",
    ),
    "{response_error: 'Bad name'}": (400, "Bad name"),
    "{response_error: true, response_status_code: 200}": (400, "The request was refused."),
    "{response_status_code: 404, response_body: {message: 'Gone'}}": (404, "Gone"),
    "{response_status_code: 503}": (502, "The vendor answered status 503."),
}


async def test_a_script_makes_the_call_an_error(open_walk: OpenWalk, vendor: Vendor) -> None:
    """With its status, else 400; before the vendor call and after it."""
    vendor.on("GET /vendor", [])
    walk = await open_walk(
        *(
            resource("GET", f"/{phase}{n}", "GET /vendor", hooks=[hook(phase, f"done({answer})")])
            for phase in ("preRequest", "postRequest")
            for n, answer in enumerate(ERRORS)
        )
    )
    for phase in ("preRequest", "postRequest"):
        for n, expected in enumerate(ERRORS.values()):
            with pytest.raises(VendorRefused) as caught:
                await walk.call("GET", f"/{phase}{n}")
            assert (caught.value.status, caught.value.message) == expected
    assert len(vendor.seen) == len(ERRORS)


async def test_scripts_run_after_a_vendors_error_too(open_walk: OpenWalk, vendor: Vendor) -> None:
    """They may make it an answer; what they leave alone stays, in the vendor's own words."""
    vendor.on("GET /absent", {"message": "none"}, status=404)
    vendor.on("GET /busy", {"message": "slow"}, status=429, headers={"Retry-After": "9"})
    script = """
    if (response_iserror && response_status_code === 404 && response_error.includes('none'))
      done({response_body: [], response_status_code: 200});
    else done({});"""
    walk = await open_walk(
        *(resource("GET", f"/{n}", hooks=[hook("postRequest", script)]) for n in ("absent", "busy"))
    )
    assert await walk.json("GET", "/absent") == []
    with pytest.raises(VendorRefused) as caught:
        await walk.call("GET", "/busy")
    assert (caught.value.status, caught.value.retry_after_seconds) == (429, 9)
    assert "slow" in (caught.value.provider_message or "")


@pytest.mark.parametrize(
    ("script", "code"),
    [
        ("throw new Error('boom')", "script-failed"),
        ("while (true) {}", "script-timeout"),
        ("1", "script-no-answer"),
        ("done(5)", "definition-error"),
        ("done({request_vendor_method: 'BREW'})", "definition-error"),
        ("done({response_status_code: 99})", "definition-error"),
    ],
)
async def test_a_failing_script_is_told_with_its_name(
    hooked: Hooked, script: str, code: str
) -> None:
    """500, hook and resource."""
    with pytest.raises(ValenceError) as caught:
        await hooked(hook("preRequest", script))
    assert (caught.value.status, caught.value.code) == (500, code)
    assert "preRequest hook of POST /things/{id}" in caught.value.message


async def test_json_given_as_text_is_an_answer(hooked: Hooked) -> None:
    """Many an old script stringifies it; other text is a text."""
    assert await hooked(hook("postRequest", "done({response_body: JSON.stringify([{a: 1}])})")) == [
        {"a": 1}
    ]


async def test_configuration_is_kept_but_not_from_before_an_api_call(
    open_walk: OpenWalk, vendor: Vendor
) -> None:
    """Stored in the instance for good, sealed where nobody said that it may be seen."""
    vendor.on("GET /x", {})
    walk = await open_walk(
        resource(
            "GET",
            "/x",
            hooks=[
                hook("preRequest", "done({configuration: {site: 'no'}})"),
                hook("postRequest", "done({configuration: {site: 'new', made: 5, none: null}})"),
            ],
        ),
        resource(
            "GET",
            "/y",
            "GET /no-op",
            hooks=[
                hook(
                    "postRequest",
                    "done({response_body: {site: configuration.site, made: configuration.made}})",
                )
            ],
        ),
        configuration={"site": "old"},
    )
    await walk.call("GET", "/x")
    stored = await walk.configuration()
    assert stored["site"] == "new"
    assert stored["made"].reveal() == "5"
    assert "none" not in stored
    assert await walk.json("GET", "/y") == {"site": "new", "made": "5"}


async def test_an_address_that_may_not_be_called_is_not_kept(
    open_walk: OpenWalk, vendor: Vendor
) -> None:
    """`base.url` of an instance passes the outbound policy first."""
    vendor.on("GET /x", {})
    script = "done({configuration: {'base.url': 'https://169.254.169.254'}})"
    walk = await open_walk(resource("GET", "/x", hooks=[hook("postRequest", script)]))
    with pytest.raises(ValenceError) as caught:
        await walk.call("GET", "/x")
    assert caught.value.code == "address-refused"
    assert "169" not in str(await walk.configuration())


async def test_scripts_see_the_filter_and_page_by_themselves(
    open_walk: OpenWalk, vendor: Vendor
) -> None:
    """The custom dialect of the wire contract: a script reads request_expression."""
    vendor.on("GET /x", lambda request, body: web.json_response({"q": request.query.get("q")}))
    walk = await open_walk(
        resource(
            "GET",
            "/x",
            parameters=[*PAGE_ROWS, row("query:where", "no-op:where")],
            hooks=[
                hook(
                    "preRequest",
                    """
                  const q = request_expression.map(e => e.attribute + ':' + e.value).join(' ');
                  done({request_vendor_parameters: {q}});""",
                ),
                hook("postRequest", "done({response_body: [response_body]})"),
            ],
        ),
        configuration={"pagination.type": "page"},
    )
    found = await walk.json("GET", "/x", {"where": "a='1' and b='2'", "pageSize": "5"})
    assert found == [{"q": "a:1 b:2"}]


async def test_a_script_may_fetch_through_the_policy(open_walk: OpenWalk, vendor: Vendor) -> None:
    """`require('http')` leaves by egress, where forbidden addresses end."""
    vendor.on("GET /side", {"n": 7})
    script = """
    const axios = require('axios');
    axios.get(configuration['base.url'] + '/side').then(r =>
      axios.get('https://169.254.169.254/').catch(e =>
        done({continue: false, response_body: {n: r.data.n, refused: true}})));"""
    walk = await open_walk(resource("GET", "/x", hooks=[hook("preRequest", script)]))
    assert await walk.json("GET", "/x") == {"n": 7, "refused": True}


async def test_what_scripts_make_of_the_request_reaches_the_chain(
    open_walk: OpenWalk, vendor: Vendor
) -> None:
    """request_parameters and the previous answer are the next link's."""
    vendor.on("GET /first", {"id": 5}, headers={"X-Page": "1"})
    vendor.on("POST /second/5", echo)
    walk = await open_walk(
        resource(
            "GET",
            "/x",
            "GET /first",
            nextResource="POST:/second",
            hooks=[hook("preRequest", "done({request_parameters: {mark: 'm'}})")],
        ),
        resource(
            "POST",
            "/second",
            "POST /second/{id}",
            parameters=[
                row("prevBodyField:id", "path:id"),
                row("prevBody:p", "body:p"),
                row("query:mark", "query:mark"),
            ],
            hooks=[
                hook(
                    "preRequest",
                    """
            done({request_vendor_headers: {'X-Prev':
              request_previous_response.id + '/' + request_previous_response_headers['X-Page']}})""",
                )
            ],
        ),
    )
    answer = await walk.json("GET", "/x")
    assert answer["call"] == "POST /second/5?mark=m"
    assert answer["body"] == '{"id":5}'
    assert answer["headers"]["x-prev"] == "5/1"


async def test_an_upload_reaches_a_script_and_the_vendor(
    open_walk: OpenWalk, vendor: Vendor
) -> None:
    """The fields of a form are its map; the file is not shown."""
    vendor.on("POST /files", echo)
    walk = await open_walk(
        resource(
            "POST",
            "/files",
            parameters=[row("multipart:file", "form:upload")],
            hooks=[
                hook("preRequest", "done({request_vendor_parameters: {t: request_body_map.title}})")
            ],
        )
    )
    parts = (Part("file", b"data", "a.txt", "text/plain"), Part("title", b"T"))
    answer = await walk.json("POST", "/files", parts=parts)
    assert answer["call"] == "POST /files?t=T"
    assert (
        'name="upload"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\ndata' in answer["body"]
    )


@pytest.mark.parametrize("depth", [100, 250, 252, 253])
async def test_a_deep_body_is_shown_to_a_script_or_refused(hooked: Hooked, depth: int) -> None:
    """Where our own members around it make it too deep, the caller is told."""
    deep: Any = 1
    for _ in range(depth):
        deep = [deep]
    seen = hook("preRequest", "done({response_body: {a: !!request_body_map}, continue: false})")
    try:
        assert await hooked(seen, body={"d": deep}) == {"a": True}
    except ValenceError as exc:
        assert (exc.status, exc.code, depth > 250) == (400, "bad-body", True)
    else:
        assert depth < 253


async def test_a_body_that_a_script_made_too_deep_is_refused(hooked: Hooked) -> None:
    """No failure of ours."""
    body = "let d = 1; for (let i = 0; i < 300; i++) d = [d]; done({request_body: d})"
    with pytest.raises(ValenceError) as caught:
        await hooked(hook("preRequest", body))
    assert (caught.value.status, caught.value.code) == (400, "bad-body")
