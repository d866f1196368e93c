"""Builds every service from settings, in order, and takes them down again; nobody else constructs
them.

`open_services` is for whoever wants the services (the command line); `create_app` is what the
server runs."""

import asyncio
import contextlib
import gc
import logging
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import structlog

from valence.activity import CallLog, CallReader, HealthReader
from valence.api import AccessLog, ApiServices, create_api, platform_openapi
from valence.common_resources import (
    CommonResources,
    Drafts,
    Exchange,
    Inventory,
    Layers,
    Mappings,
    Scopes,
    Snippets,
    SystemLevel,
    SystemVdrs,
    Vdrs,
    Views,
)
from valence.console import ConsoleServices, create_console
from valence.domain import Clock, ServiceUnavailable, SystemClock, ValenceError
from valence.egress import Egress, OutboundPolicy, OutboundRequest
from valence.elements import Catalog, DefaultSeals, ElementParts, Elements
from valence.gateway import Gateway
from valence.instances import (
    Clients,
    Credentials,
    InstanceReader,
    Instances,
    InstanceSeals,
    Refresher,
    Sweep,
)
from valence.scripting import (
    ScriptCall,
    ScriptFetch,
    ScriptFetched,
    ScriptOutcome,
    ScriptPool,
)
from valence.settings import Settings, load_settings
from valence.storage import (
    Database,
    Revisions,
    check,
    claim_slot,
    count_taken,
    migrate,
    release_slot,
)
from valence.tenancy import Callers, OAuthApps, OperatorApps, Tenancy
from valence.vault import Vault
from valence.workbench import Workbench

_log = structlog.get_logger("valence")


@dataclass(frozen=True, slots=True)
class Services:
    """Every service of one process."""

    settings: Settings
    clock: Clock
    database: Database
    vault: Vault
    revisions: Revisions
    callers: Callers
    tenancy: Tenancy
    oauth_apps: OAuthApps
    operator_apps: OperatorApps
    catalog: Catalog
    elements: Elements
    element_parts: ElementParts
    egress: Egress
    reader: InstanceReader
    refresher: Refresher
    credentials: Credentials
    instances: Instances
    sweep: Sweep
    call_log: CallLog
    calls: CallReader
    health: HealthReader
    scripts: "Scripts"
    scopes: Scopes
    common_resources: CommonResources
    mappings: Mappings
    exchange: Exchange
    layers: Layers
    views: Views
    vdrs: Vdrs
    system_vdrs: SystemVdrs
    inventory: Inventory
    snippets: Snippets
    gateway: Gateway
    workbench: Workbench


@contextlib.asynccontextmanager
async def open_services(
    settings: Settings, *, clock: Clock | None = None, catalog: Catalog | None = None
) -> AsyncIterator[Services]:
    """Open the database, bring its schema up to date, and build everything on top.

    Args:
        clock, catalog: in place of the machine's time and the elements of the product.

    Raises:
        ValenceError: a part cannot be opened; the message says what the operator can do.
    """
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    clock = clock or SystemClock()
    async with contextlib.AsyncExitStack() as stack:
        database = await Database.open(
            settings.effective_database_url, synchronous=settings.synchronous
        )
        stack.push_async_callback(database.close)
        await migrate(database)
        vault = await Vault.open(settings, database, clock=clock)
        revisions = Revisions(database, settings.data_dir / "run" / "revisions")
        stack.callback(revisions.close)
        egress = Egress.open(
            OutboundPolicy(allow_loopback=settings.outbound_allow_loopback), clock=clock
        )
        stack.push_async_callback(egress.close)
        catalog = catalog or Catalog.load(sandbox_url=settings.sandbox_url)
        scripts = Scripts(egress)
        stack.push_async_callback(scripts.close)
        services = _build(settings, clock, catalog, database, vault, revisions, egress, scripts)
        stack.push_async_callback(services.refresher.settle)
        stack.push_async_callback(services.call_log.close)
        yield services


def _build(
    settings: Settings,
    clock: Clock,
    catalog: Catalog,
    database: Database,
    vault: Vault,
    revisions: Revisions,
    egress: Egress,
    scripts: "Scripts",
) -> Services:
    callers = Callers(database, vault, clock=clock, revisions=revisions)
    tenancy = Tenancy(
        database, vault, clock=clock, revisions=revisions, session_hours=settings.session_hours
    )
    elements = Elements(database, catalog, DefaultSeals(vault), clock=clock, revisions=revisions)
    seals = InstanceSeals(vault)
    reader = InstanceReader(database, seals, revisions=revisions)
    operator_apps = OperatorApps(database, vault, clock=clock)
    clients = Clients(operator_apps)
    refresher = Refresher(
        database,
        seals,
        reader,
        elements,
        egress,
        clients,
        clock=clock,
        settings=settings,
        revisions=revisions,
    )
    credentials = Credentials(database, seals, reader, refresher, clients, clock=clock)
    instances = Instances(
        database,
        seals,
        reader,
        credentials,
        elements,
        egress,
        clients,
        clock=clock,
        settings=settings,
        revisions=revisions,
    )
    call_log = CallLog(
        database,
        vault,
        clock=clock,
        keeps=settings.request_log,
        days=settings.request_log_days,
        most=settings.request_log_rows,
    )
    scopes = Scopes(database, instances)
    resources = CommonResources(database, clock=clock, revisions=revisions)
    system = SystemLevel(database, elements)
    vdrs = Vdrs(database, elements, resources, system)
    mappings = Mappings(database, revisions=revisions)
    gateway = Gateway(
        callers,
        instances,
        credentials,
        elements,
        egress,
        mappings,
        sign=lambda text: vault.lookup_hash("page token", text),
        clock=clock,
        vendor_timeout_seconds=settings.vendor_timeout,
        most_file_bytes=settings.max_file_bytes,
        scripts=scripts,
        store=instances.keep_configuration,
        record=call_log.note if call_log.is_on else None,
        public_url=settings.effective_public_url,
        contact_email=settings.contact_email,
    )
    instances.bind_life_cycle(gateway.run_life_cycle)
    refresher.bind_life_cycle(gateway.run_life_cycle, keep=instances.keep_configuration)
    return Services(
        settings=settings,
        clock=clock,
        database=database,
        vault=vault,
        revisions=revisions,
        callers=callers,
        tenancy=tenancy,
        oauth_apps=OAuthApps(database, vault, clock=clock),
        operator_apps=operator_apps,
        catalog=catalog,
        elements=elements,
        element_parts=ElementParts(elements),
        egress=egress,
        reader=reader,
        refresher=refresher,
        credentials=credentials,
        instances=instances,
        sweep=Sweep(
            database,
            refresher,
            clock=clock,
            interval_seconds=settings.sweep_interval * settings.time_scale,
        ),
        call_log=call_log,
        calls=CallReader(database, vault, clock=clock),
        health=HealthReader(database, clock=clock),
        scripts=scripts,
        scopes=scopes,
        common_resources=resources,
        mappings=mappings,
        exchange=Exchange(database, clock=clock, revisions=revisions),
        layers=Layers(database, clock=clock, revisions=revisions),
        views=Views(database, elements, instances, scopes, resources),
        vdrs=vdrs,
        system_vdrs=SystemVdrs(elements, resources, vdrs, system),
        inventory=Inventory(database),
        snippets=Snippets(database, clock=clock),
        gateway=gateway,
        workbench=Workbench(instances, elements, catalog, scopes, Drafts(database), gateway),
    )


class Scripts:
    """The pool of script workers, started by the first script: most installations have none.

    Requests that a script makes go out like any other: through the outbound policy.
    """

    def __init__(self, egress: Egress) -> None:
        self._egress = egress
        self._pool: ScriptPool | None = None
        self._opening = asyncio.Lock()

    async def run(self, call: ScriptCall) -> ScriptOutcome:
        """Run one script. Raises ScriptFailed."""
        if self._pool is None:
            async with self._opening:
                if self._pool is None:
                    self._pool = await ScriptPool.open(fetch=self._fetch)
        return await self._pool.run(call)

    async def close(self) -> None:
        """End the workers."""
        if self._pool is not None:
            await self._pool.close()

    async def _fetch(self, wanted: ScriptFetch) -> ScriptFetched:
        response = await self._egress.send(
            OutboundRequest(
                wanted.method,
                wanted.url,
                headers=tuple(wanted.headers.items()),
                body=wanted.body,
                timeout_seconds=wanted.timeout_seconds,
            )
        )
        return ScriptFetched(response.status, dict(response.headers), response.body)


class Application:
    """The ASGI application of one worker process; services live from startup to shutdown."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._stack = contextlib.AsyncExitStack()
        self._inside: Any = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve a request, or the server's lifespan."""
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        else:
            await self._inside(scope, receive, send)

    async def _lifespan(self, receive: Any, send: Any) -> None:
        await receive()
        try:
            await self._start()
        except ValenceError as exc:
            await send({"type": "lifespan.startup.failed", "message": exc.message})
            return
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._stack.aclose()
        await send({"type": "lifespan.shutdown.complete"})

    async def _start(self) -> None:
        services = await self._stack.enter_async_context(open_services(self._settings))
        folder = self._settings.data_dir / "run"
        slot, handle = claim_slot(folder)
        self._stack.callback(release_slot, handle)
        tasks = [
            asyncio.create_task(services.revisions.poll()),
            asyncio.create_task(services.sweep.run()),
            asyncio.create_task(services.call_log.run()),
        ]
        self._stack.push_async_callback(_end, tasks)

        async def readiness() -> dict[str, object]:
            return await _readiness(services, count_taken(folder, own=slot))

        console = create_console(
            ConsoleServices(
                settings=services.settings,
                clock=services.clock,
                tenancy=services.tenancy,
                oauth_apps=services.oauth_apps,
                operator_apps=services.operator_apps,
                elements=services.elements,
                element_parts=services.element_parts,
                instances=services.instances,
                credentials=services.credentials,
                scopes=services.scopes,
                common_resources=services.common_resources,
                inventory=services.inventory,
                mappings=services.mappings,
                exchange=services.exchange,
                views=services.views,
                system_vdrs=services.system_vdrs,
                gateway=services.gateway,
                workbench=services.workbench,
                layers=services.layers,
                platform_document=lambda: platform_openapi(
                    server=services.settings.effective_public_url
                ),
                calls=services.calls,
                health=services.health,
            )
        )
        access = AccessLog(
            clock=services.clock,
            is_json=self._settings.log_format == "json",
            is_silent=self._settings.log_level not in ("debug", "info"),
        )
        self._stack.callback(access.flush)
        self._inside = create_api(
            ApiServices(
                settings=services.settings,
                clock=services.clock,
                callers=services.callers,
                tenancy=services.tenancy,
                elements=services.elements,
                element_parts=services.element_parts,
                instances=services.instances,
                scopes=services.scopes,
                common_resources=services.common_resources,
                mappings=services.mappings,
                exchange=services.exchange,
                views=services.views,
                vdrs=services.vdrs,
                system_vdrs=services.system_vdrs,
                snippets=services.snippets,
                gateway=services.gateway,
                workbench=services.workbench,
                calls=services.calls,
                sign=lambda text: services.vault.lookup_hash("page token", text),
                readiness=readiness,
            ),
            console=console,
            access=access,
        )
        _settle_memory()
        _say_loudly(self._settings)
        _log.info("ready", worker=slot, database=services.database.dialect)


def _settle_memory() -> None:
    """Keep the collector of reference cycles from walking what stays for ever.

    Answers are trees of many short-lived dicts without cycles; at the default threshold of 700
    new objects a collection ran several times a request. Measured: docs/performance.md."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    gc.enable()


def create_app() -> Application:
    """Return the application for the settings of the environment; what server workers call."""
    gc.disable()  # until it is up: what a start makes stays
    settings = load_settings()
    configure_logging(settings)
    return Application(settings)


def configure_logging(settings: Settings) -> None:
    """Write log lines to standard output, JSON for machines or text for people."""
    renderer: Any = structlog.processors.JSONRenderer()
    if settings.log_format == "text":
        renderer = structlog.dev.ConsoleRenderer(colors=sys.stdout.isatty())
    level = getattr(logging, settings.log_level.upper())
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stdout),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(message)s")


async def _readiness(services: Services, workers: int) -> dict[str, object]:
    expected = services.settings.workers
    found: dict[str, object] = {"status": "ready"}
    try:
        health = await check(services.database)
        found["database"] = "ready" if health.is_current else "schema is not current"
    except ServiceUnavailable as exc:
        found["database"] = exc.message
    try:
        await services.vault.check()
        found["keyring"] = "ready"
    except ValenceError as exc:
        found["keyring"] = exc.message
    found["workers"] = {"expected": expected, "alive": workers}
    if found["database"] != "ready" or found["keyring"] != "ready" or workers < expected:
        found["status"] = "not ready"
    return found


async def _end(tasks: list["asyncio.Task[None]"]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _say_loudly(settings: Settings) -> None:
    if settings.outbound_allow_loopback:
        _log.warning(
            "OUTBOUND CALLS MAY REACH LOOPBACK: for sandboxes and tests only",
            setting="VALENCE_OUTBOUND_ALLOW_LOOPBACK",
        )
    if settings.sandbox_url:
        _log.warning(
            "THE SANDBOX PLAYS THE VENDORS: no real account is reached",
            setting="VALENCE_SANDBOX_URL",
            address=settings.sandbox_url,
        )
