"""Elements, calls and values to test stages with; a vendor on loopback to test the whole walk."""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import pytest
from aiohttp import web

from tests.conftest import MovedClock
from valence.assembly import Services, open_services
from valence.domain import CallerSecrets, Element, Instance, Operation, Principal
from valence.elements import Catalog, compile_element
from valence.gateway import Part, ResourceRequest, ResourceResponse
from valence.gateway.match import Matcher
from valence.gateway.select import select
from valence.gateway.values import Call, Previous, Resolved
from valence.instances import NewInstance
from valence.settings import Settings

BASE = "https://vendor.example/v1"


def sign(text: str) -> bytes:
    return (str(hash(text)).encode() * 8)[:32]


def row(
    source: str, destination: str, *, required: bool = False, answer: bool = False, **more: str
) -> dict[str, Any]:
    """Return a parameter from `type:name` to `vendorType:vendorName`."""
    type_, _, name = source.partition(":")
    vendor_type, _, vendor_name = destination.partition(":")
    return {
        "type": type_,
        "name": name,
        "vendorType": vendor_type,
        "vendorName": vendor_name or name,
        "source": "response" if answer else "request",
        "required": required,
        **more,
    }


def resource(method: str, path: str, vendor: str = "", **more: Any) -> dict[str, Any]:
    """Return a resource; `vendor` is verb and path, by default the resource's own."""
    vendor_method, _, vendor_path = (vendor or f"{method} {path}").partition(" ")
    return {
        "method": method,
        "path": path,
        "vendorMethod": vendor_method,
        "vendorPath": vendor_path,
        "type": "api",
        "kind": "eb",
        "parameters": [],
        "hooks": [],
        **more,
    }


def hook(type_: str, body: str, *, is_legacy: bool = False) -> dict[str, Any]:
    """Return a hook."""
    return {
        "type": type_,
        "mimeType": "application/javascript",
        "isLegacy": is_legacy,
        "body": body,
    }


PAGE_ROWS = [
    row("query:page", "query:page", dataType="integer"),
    row("query:pageSize", "query:limit", dataType="integer"),
]
CURSOR_ROWS = [
    row("query:nextPage", "query:cursor"),
    row("query:pageSize", "query:limit", dataType="integer"),
]


def element_of(
    *resources: dict[str, Any], configuration: Mapping[str, str] = {}, **more: Any
) -> Element:
    """Return an element with these resources and configuration defaults."""
    defaults = {"base.url": BASE, **configuration}
    return compile_element(
        {
            "id": 77,
            "key": "acme",
            "name": "Acme",
            "description": "-",
            "hub": "crm",
            "active": True,
            "authentication": {"type": "none"},
            "configuration": [
                {"key": key, "name": key, "description": "-", "defaultValue": value}
                for key, value in defaults.items()
            ],
            "resources": list(resources),
            **more,
        }
    )


@dataclass
class FakeInstance:
    """As much of an instance as stages need."""

    id: int = 7
    configuration: dict[str, Any] = field(default_factory=dict)
    is_disabled: bool = False


def call_of(
    element: Element,
    method: str,
    path: str,
    query: Mapping[str, str] = {},
    *,
    body: object = None,
    raw: bytes | None = None,
    headers: Mapping[str, str] = {},
    parts: tuple[Part, ...] = (),
    configuration: Mapping[str, Any] = {},
    previous: Previous | None = None,
) -> Call:
    """Return a call of an element as the stages see it."""
    content = raw if raw is not None else (b"" if body is None else orjson.dumps(body))
    request = ResourceRequest(
        CallerSecrets(), method, path, tuple(query.items()), dict(headers), content, parts
    )
    resolved = Resolved(FakeInstance(configuration=dict(configuration)), element)  # type: ignore[arg-type]
    matched = Matcher().match(element, method, path)
    operation: Operation = matched.operation
    return Call(
        request,
        resolved,
        operation,
        matched.path_values,
        dict(query),
        select(operation, dict(query), resolved),
        previous,
    )


@dataclass
class Vendor:
    """A vendor on loopback: answers what a test tells it to, remembers what reached it."""

    url: str = ""
    seen: list[web.Request] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    answers: dict[str, Callable[[web.Request, bytes], web.Response]] = field(default_factory=dict)

    def on(self, call: str, answer: object = None, **more: Any) -> None:
        """Answer a call, `GET /contacts`, with JSON or what a function returns."""
        if callable(answer):
            self.answers[call] = answer
        else:
            self.answers[call] = lambda request, body: web.json_response(answer, **more)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        self.seen.append(request)
        self.bodies.append(body)
        found = self.answers.get(f"{request.method} {request.path}")
        if found is None:
            return web.json_response({"message": f"no {request.path}"}, status=404)
        return found(request, body)

    @property
    def calls(self) -> list[str]:
        """What reached the vendor: verb, path and query."""
        return [f"{one.method} {one.path_qs}" for one in self.seen]


@pytest.fixture
async def vendor() -> AsyncIterator[Vendor]:
    """A vendor that knows nothing yet."""
    made = Vendor()
    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", made.handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    made.url = f"http://127.0.0.1:{port}"
    yield made
    await runner.cleanup()


@dataclass
class Walk:
    """A hub whose only element is the test's, and an instance of it."""

    services: Services
    principal: Principal
    secrets: CallerSecrets
    element: Element
    instance: Instance
    clock: MovedClock

    async def call(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] = {},
        *,
        body: object = None,
        **more: Any,
    ) -> ResourceResponse:
        """Call the instance's resource through the whole gateway."""
        content = b"" if body is None else orjson.dumps(body)
        request = ResourceRequest(
            self.secrets, method, path, tuple(query.items()), body=content, **more
        )
        return await self.services.gateway.handle(request)

    async def json(self, method: str, path: str, query: Mapping[str, str] = {}, **more: Any) -> Any:
        """Return what a call answers."""
        return orjson.loads((await self.call(method, path, query, **more)).body)

    async def configuration(self) -> Mapping[str, Any]:
        """Return the instance's configuration as it is stored now."""
        found = await self.services.instances.get(self.principal, self.instance.id)
        return found.configuration


OpenWalk = Callable[..., Awaitable[Walk]]


@pytest.fixture
async def open_walk(tmp_path: Path, vendor: Vendor) -> AsyncIterator[OpenWalk]:
    """Open a hub with an element of the given resources in front of the vendor."""
    async with contextlib.AsyncExitStack() as stack:

        async def open_one(*resources: dict[str, Any], **more: Any) -> Walk:
            given = {"base.url": vendor.url, **more.pop("configuration", {})}
            element = element_of(*resources, configuration=given, **more)
            settings = Settings(
                data_dir=tmp_path, outbound_allow_loopback=True, synchronous="normal"
            )
            clock = MovedClock()
            services = await stack.enter_async_context(
                open_services(settings, catalog=Catalog((element,)), clock=clock)
            )
            made = await services.tenancy.bootstrap(email="a@b.example", password="Str0ng-one!")
            secrets = CallerSecrets(
                user=made.user_secret.reveal(), organization=made.organization_secret.reveal()
            )
            principal = await services.callers.authenticate(secrets)
            created = await services.instances.create(principal, NewInstance(element, "Acme"))
            return Walk(
                services,
                principal,
                CallerSecrets(
                    user=secrets.user,
                    organization=secrets.organization,
                    element=created.instance.token.reveal(),
                ),
                element,
                created.instance,
                clock,
            )

        yield open_one
