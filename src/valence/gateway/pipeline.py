"""The walk of one call: read `Gateway._serve`, then the stages in the order it names them."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar
from urllib.parse import quote, unquote

import orjson

from valence.common_resources import NOTHING_MAPPED, Mappings
from valence.domain import Call as NotedCall
from valence.domain import (
    CallerSecrets,
    Clock,
    DefinitionError,
    Instance,
    InvalidRequest,
    NotFound,
    Principal,
    Privilege,
    ScriptFailed,
    Secret,
    ValenceError,
    VendorError,
    VendorRefused,
    Wait,
    new_request_id,
    require_privilege,
)
from valence.egress import Egress, Hold, OutboundResponse, Trace
from valence.elements import Elements
from valence.gateway.build import Builder
from valence.gateway.capture import Capturer
from valence.gateway.decode import Decoder, require_list, vendor_error
from valence.gateway.describe import (
    asks_declared_names,
    custom_fields_of,
    describe,
    description_of,
    discovery_of,
    fields_in,
    fields_of,
    with_custom_fields,
    with_own_objects,
)
from valence.gateway.encode import encode
from valence.gateway.fields import Descriptions
from valence.gateway.hooks import Hooks, Scripts
from valence.gateway.mapped import WRITING, Made, Mapper, Router, plan_of, translated
from valence.gateway.match import Matcher
from valence.gateway.observe import noted
from valence.gateway.on_demand import asking, everything
from valence.gateway.paginate.pages import Pager, Pages
from valence.gateway.resolve import Resolver, require_enabled
from valence.gateway.respond import respond, respond_list, shaped
from valence.gateway.select import select
from valence.gateway.send import Sender, SessionRenewed
from valence.gateway.universal import answer, may_be_universal
from valence.gateway.values import (
    Call,
    Decoded,
    Described,
    Gathered,
    Matched,
    Previous,
    Records,
    Resolved,
    ResourceRequest,
    ResourceResponse,
    Sample,
    VendorPage,
    VendorRequest,
)
from valence.gateway.wait import ended
from valence.instances import ON_AUTHORIZE, Authorization, Credentials, Instances, Ran
from valence.tenancy import Callers
from valence.transformations import Plan, documented_fields, sampled_fields

MOST_SAMPLED = 200
_UNENDED = ValenceError("The call did not come to its end.")
Store = Callable[[Instance, Mapping[str, str]], Awaitable[Instance]]
_Answer = TypeVar("_Answer")


class Gateway:
    """Serves calls of resources.

    Args:
        sign: a keyed hash for next-page tokens, 32 bytes.
        public_url, contact_email: what documents of objects say about this installation.
        scripts: runs the hooks of definitions.
        store: writes configuration that hooks and answers give back; returns the changed instance.
        most_file_bytes: the largest file that comes down as a stream.
        record: is told of every call after its end, of a download when it begins; it must be
            quick.
    """

    def __init__(
        self,
        callers: Callers,
        instances: Instances,
        credentials: Credentials,
        elements: Elements,
        egress: Egress,
        mappings: Mappings,
        *,
        sign: Callable[[str], bytes],
        clock: Clock,
        vendor_timeout_seconds: float,
        most_file_bytes: int = 256 * 1024 * 1024,
        public_url: str = "http://localhost",
        contact_email: str = "",
        scripts: Scripts,
        store: Store,
        record: Callable[[NotedCall], None] | None = None,
    ) -> None:
        self._clock = clock
        self._vendor_timeout_seconds = vendor_timeout_seconds
        self._public_url = public_url
        self._contact_email = contact_email
        self._store = store
        self._record = record
        self._resolver = Resolver(callers, instances, elements, mappings)
        self._router = Router()
        self._mapper = Mapper(scripts)
        self._matcher = Matcher()
        self._pages = Pages(sign, clock=clock)
        self._builder = Builder()
        self._hooks = Hooks(scripts)
        self._sender = Sender(
            egress,
            credentials,
            timeout_seconds=vendor_timeout_seconds,
            most_file_bytes=most_file_bytes,
        )
        self._decoder = Decoder()
        self._capturer = Capturer()
        self._descriptions = Descriptions(clock)

    async def handle(self, request: ResourceRequest) -> ResourceResponse:
        """Serve one call. Raises ValenceError."""
        started = self._clock.monotonic()
        resolved = await self._resolver.resolve(request.secrets)
        return await self._observed(request, resolved, started, self._serve)

    async def handle_as(
        self, principal: Principal, instance: Instance, request: ResourceRequest
    ) -> ResourceResponse:
        """Serve one call for a caller who is known already, such as a console user.

        Raises:
            ValenceError: as `handle`.
        """
        started = self._clock.monotonic()
        resolved = await self._resolver.known(principal, instance)
        return await self._observed(request, resolved, started, self._serve)

    def hold(self, instance_id: int) -> Hold | None:
        """Tell whether this process would hold a call of an instance now; None: not that it knows.

        Who may see the instance is the caller's to have checked."""
        return self._sender.hold(instance_id)

    async def pages(
        self, principal: Principal, instance: Instance, request: ResourceRequest
    ) -> AsyncIterator[Records]:
        """Yield the pages of a list from the one asked for to the last.

        A resource that is no list gives one page with what it answers. The caller may stop at any
        page: `next_page` of the last one is where to go on.

        Raises:
            ValenceError: as `handle`, at the page that fails.
        """
        following: str | None = ""
        rest = tuple(pair for pair in request.query if pair[0] not in ("page", "nextPage"))
        while following is not None:
            if following:
                request = replace(request, query=(*rest, ("nextPage", following)))
            page = await self._page(request, await self._resolver.known(principal, instance))
            following = page.next_page
            yield page

    async def declares(self, secrets: CallerSecrets, path: str) -> bool:
        """Tell whether the element that a token addresses has a resource at a path.

        Raises:
            Unauthenticated: as `handle`.
        """
        resolved = await self._resolver.resolve(secrets)
        return self._matcher.declares(resolved.element, path)

    async def sample(
        self,
        principal: Principal,
        instance: Instance,
        name: str,
        *,
        vendor_name: str | None = None,
        where: str | None = None,
        size: int = 25,
        record_id: str | None = None,
        next_page: str | None = None,
    ) -> Sample:
        """Return records of an object as the vendor has them, whatever is mapped: one page, or one.

        Args:
            name: of an object of the vendor, of a resource, or of one of the caller's own.
            vendor_name: what the object is or would be mapped to; None: as it is mapped.
            where: a filter in the vendor's names.
            size: of the page, at most `MOST_SAMPLED`.

        Raises:
            Forbidden: the records are only shown otherwise to a caller who may not change that.
            ValenceError: as `handle`.
        """
        started = self._clock.monotonic()
        if not 1 <= size <= MOST_SAMPLED:
            raise InvalidRequest(f"pageSize must be from 1 to {MOST_SAMPLED}.")
        resolved = await self._resolver.known(principal, instance)
        if vendor_name is None:
            own = resolved.mapped.transformations.get(name)
            vendor_name = name if own is None else own.vendor_name
        segment = quote(name, safe="")
        segment = self._router.resource(resolved.element, segment, vendor_name=vendor_name)
        path = f"/{segment}" if record_id is None else f"/{segment}/{quote(record_id, safe='')}"
        self._require_sight(principal, resolved, path)
        query = {"pageSize": str(size), "where": where, "nextPage": next_page}
        if record_id is not None:
            query = {}
        request = ResourceRequest(
            CallerSecrets(), "GET", path, tuple((k, v) for k, v in query.items() if v)
        )
        raw = replace(resolved, mapped=NOTHING_MAPPED)
        sampled = await self._observed(request, raw, started, self._sampled)
        return replace(sampled, name=name)

    async def try_mapping(
        self, plan: Plan, payload: Any, *, method: str, asks_provenance: bool = False
    ) -> Made:
        """Return what a plan makes of an object; nothing is sent.

        A writing `method` takes the caller's object to the vendor's, another the other way.
        """
        if method in WRITING:
            return await self._mapper.write(
                plan, payload, method=method, asks_provenance=asks_provenance
            )
        records = payload if isinstance(payload, list) else [payload]
        made = await self._mapper.read(plan, records, asks_provenance=asks_provenance)
        if isinstance(payload, list):
            return made
        return replace(made, value=made.value[0] if made.value else {})

    async def run_life_cycle(
        self,
        instance: Instance,
        type_: str,
        *,
        parameters: Mapping[str, str] | None = None,
        authorization: Authorization | None = None,
    ) -> Ran:
        """Run the resources of a life-cycle type; return what they give and the last answer.

        Nothing is stored here: the instance may not exist yet, or not any more. A resource that
        stands for a step of OAuth is sent once, as a token request is.

        Args:
            parameters: what scripts find in `request_parameters`, and rows in the query.
            authorization: in place of the instance's stored credentials.

        Raises:
            ValenceError: the vendor answered an error, or a script failed.
        """
        resolved = await self._resolver.of_instance(instance)
        found: dict[str, str] = {}
        answer: Any = None
        for operation in self._matcher.life_cycle(resolved.element, type_):
            run = _Run(
                self,
                authorization=authorization,
                is_stored=False,
                is_once=type_.startswith("oauth"),
            )
            request = ResourceRequest(
                CallerSecrets(),
                operation.method,
                operation.path,
                query=tuple((parameters or {}).items()),
            )
            call = Call(request, resolved, operation, {}, dict(request.query))
            decoded, _ = await run.exchange(call)
            answer = decoded.value
            found |= run.changed
            resolved = replace(
                resolved, instance=_with_configuration(resolved.instance, run.changed)
            )
        return Ran(found, answer)

    # -- inside ----------------------------------------------------------------------------------

    async def _observed(
        self,
        request: ResourceRequest,
        resolved: Resolved,
        started: float,
        act: "Callable[[ResourceRequest, Resolved, _Run], Awaitable[_Answer]]",
    ) -> _Answer:
        if self._record is None:
            return await act(request, resolved, _Run(self))
        run = _Run(self, started=started)
        if resolved.instance.trace_until_ms and resolved.instance.is_traced(self._clock.now_ms()):
            run.trace = Trace(_secrets_of(resolved))
        # What stands when something unforeseen, or the caller's going away, ends the call.
        error: ValenceError | None = _UNENDED
        try:
            run.lap("resolve")
            response = await act(request, resolved, run)
            error = None
            return response
        except ValenceError as exc:
            error = exc
            raise
        finally:
            ended_ms = self._clock.now_ms()
            self._record(
                noted(
                    request
                    if request.request_id
                    else replace(request, request_id=new_request_id(ended_ms)),
                    resolved,
                    ended_ms=ended_ms,
                    duration_us=round((self._clock.monotonic() - started) * 1e6),
                    stages_us=run.stages_us,
                    exchanges=run.exchanges,
                    trace=run.trace,
                    error=error,
                )
            )

    async def _serve(
        self, request: ResourceRequest, resolved: Resolved, run: "_Run"
    ) -> ResourceResponse:
        if may_be_universal(request):
            universal = answer(request, resolved, clock=self._clock)
            if universal is None:
                universal = await self._described(request, resolved)
            if universal is not None:
                return universal
            if asks_declared_names(request, resolved):
                answered = await self._sent(request, resolved, run)
                return with_own_objects(answered, request, resolved)
        return await self._sent(request, resolved, run)

    async def _sent(
        self, request: ResourceRequest, resolved: Resolved, run: "_Run"
    ) -> ResourceResponse:
        call = await self._call(request, resolved, run)
        try:
            return await self._answered(call, run)
        except VendorRefused as exc:
            call_again = await self._described_anew(call, exc, run)
            if call_again is None:
                raise
            return await self._answered(call_again, run)

    def _require_sight(self, principal: Principal, resolved: Resolved, path: str) -> None:
        """Refuse raw records of what calls show in another shape, to who may not change the shape.

        What is mapped under the resource's own name may be mapped to hide something: a sample must
        not show it to callers for whom it was hidden. Under any other name it hides nothing, for
        the resource itself can be called as well.
        """
        if not resolved.mapped:
            return
        _, plan = self._router.routed(resolved, path)
        operation = self._matcher.match(resolved.element, "GET", path).operation
        if plan_of(resolved, operation, plan) is not None:
            require_privilege(principal.role, Privilege.EDIT_COMMON_OBJECTS)

    async def _sampled(self, request: ResourceRequest, resolved: Resolved, run: "_Run") -> Sample:
        call = await self._call(request, resolved, run)
        rule, told = call.operation.on_demand, None
        if rule is not None:
            if rule.fields is None:
                told = await self._metadata(call, run)
            wanted = everything(rule, documented_fields(told[0] if told else ()))
            if wanted:
                request = replace(request, query=(*request.query, (rule.parameter, wanted)))
                call = await self._call(request, resolved, run)
        try:
            gathered, call = await self._records(call, run)
        except VendorRefused as exc:
            call_again = await self._described_anew(call, exc, run)
            if call_again is None:
                raise
            gathered, call = await self._records(call_again, run)
        rows, warning = told or await self._metadata(call, run)
        warnings = [text for text in (gathered.warning, call.warning, warning) if text]
        return Sample(
            name="",
            path=request.path,
            records=gathered.records,
            fields=tuple(sampled_fields(gathered.records, documented_fields(rows))),
            next_page=self._pages.next_token(call, gathered.following)
            if gathered.following
            else None,
            warning=" ".join(warnings) or None,
        )

    async def _metadata(
        self, call: Call, run: "_Run"
    ) -> tuple[list[Mapping[str, Any]], str | None]:
        """Return the rows that describe the object of a call, and why there are none or fewer."""
        name = call.operation.describes or unquote(call.request.path.split("/")[1])
        if name.startswith("{"):
            name = unquote(call.path_values.get(name[1:-1], ""))
        asked = ResourceRequest(CallerSecrets(), "GET", f"/objects/{quote(name, safe='')}/metadata")
        try:
            return fields_of(await self._serve(asked, call.resolved, run)), None
        except NotFound:
            return [], None
        except (VendorError, InvalidRequest, DefinitionError) as exc:
            # The records are worth having without it.
            return [], f"The fields of {name[:100]} are not described: {exc.message}"

    async def _records(self, call: Call, run: "_Run") -> tuple[Gathered, Call]:
        """Return the records of a call; of what is no list the one that it answers."""
        pager = self._pages.pager(call)
        if pager is not None:
            gathered, _, call = await self._gather(call, pager, run)
            return gathered, call
        decoded, call = await run.exchange(call)
        found = decoded.value
        return Gathered(found if isinstance(found, list) else [found] if found else []), call

    async def _answered(self, call: Call, run: "_Run") -> ResourceResponse:
        run.lap("match")
        if call.plan is not None:
            call = await self._mapper.body(call)
        pager = self._pages.pager(call)
        if pager is None:
            run.takes_downloads = call.request.takes_downloads
            decoded, call = await run.exchange(call)
            if call.plan is not None:
                call, decoded = await self._mapper.answer(call, decoded)
            response = respond(call, decoded)
        else:
            gathered, last, call = await self._gather(call, pager, run)
            following = gathered.following
            if call.plan is not None:
                call, gathered = await self._mapper.page(call, gathered)
            response = respond_list(
                call,
                gathered,
                has_null=last.has_null,
                next_token=self._pages.next_token(call, following) if following else None,
                more=last.answer_headers,
            )
        run.lap("respond")
        return response

    async def _described(
        self, request: ResourceRequest, resolved: Resolved
    ) -> ResourceResponse | None:
        if "/objects" not in request.path:  # nearly every call
            return None
        wanted = discovery_of(request, resolved)
        discovered = await self._serve(wanted, resolved, _Run(self)) if wanted else None
        behind = description_of(request, resolved)
        # Not by `_serve`: the vendor's object may be mapped under its own name.
        told = await self._sent(behind, resolved, _Run(self)) if behind else None
        answered = describe(
            request,
            resolved,
            base_url=self._public_url,
            email=self._contact_email,
            discovered=fields_of(discovered) if discovered else (),
            told=fields_of(told) if told else (),
        )
        own = custom_fields_of(request, resolved) if answered is not None else None
        if answered is None or own is None:
            return answered
        return with_custom_fields(answered, await self._serve(own, resolved, _Run(self)))

    async def _call(self, request: ResourceRequest, resolved: Resolved, run: "_Run") -> Call:
        require_enabled(resolved)
        plan = None
        if resolved.mapped:
            path, plan = self._router.routed(resolved, request.path)
            if path != request.path:
                request = replace(request, path=path)
        matched = self._matcher.match(resolved.element, request.method, request.path)
        operation, query, fields = matched.operation, dict(request.query), None
        asks_provenance = False
        if resolved.mapped:
            plan = plan_of(resolved, operation, plan)
            if plan is not None:
                asks_provenance = query.pop("provenance", "").lower() == "true"
                fields, query = query.get("fields"), translated(plan, query)
        if operation.on_demand is not None:
            query = asking(operation.on_demand, query, plan)
        described = None
        if operation.describes is not None:
            described = await self._fields(matched, resolved, run)
        return Call(
            request,
            resolved,
            operation,
            matched.path_values,
            query,
            select(operation, query, resolved, described, fields=fields),
            plan=plan,
            described=described,
            asks_provenance=asks_provenance,
        )

    async def _fields(self, matched: Matched, resolved: Resolved, run: "_Run") -> Described:
        """Return the description of the object that an operation reads or writes."""
        path = f"/objects/{quote(_described_name(matched), safe='')}/metadata"

        async def ask() -> list[Mapping[str, Any]]:
            wanted = ResourceRequest(CallerSecrets(), "GET", path)
            asked = self._matcher.match(resolved.element, "GET", path)
            call = Call(wanted, resolved, asked.operation, asked.path_values, {})
            decoded, _ = await run.exchange(call)
            return fields_in(decoded.value)

        return await self._descriptions.of(resolved, _described_name(matched), ask)

    async def _described_anew(self, call: Call, error: VendorRefused, run: "_Run") -> Call | None:
        """Return a refused reading with a newer description, or None: that is not the reason."""
        if call.described is None or call.request.method != "GET" or error.vendor_status != 400:
            return None
        matched = Matched(call.operation, call.path_values)
        is_forgotten = self._descriptions.forget_old(call.resolved, _described_name(matched))
        # A mapped call is the vendor's by now; the next one is described anew.
        if not is_forgotten or call.plan is not None:
            return None
        again = await self._call(call.request, call.resolved, run)
        return None if again.described == call.described else again

    async def _gather(
        self, call: Call, pager: Pager, run: "_Run"
    ) -> tuple[Gathered, Decoded, Call]:
        walk = self._pages.walk(call, pager)
        has_null = False
        while True:
            decoded, after = await run.exchange(
                call, place=walk.place, paging=pager.vendor_values(walk.place)
            )
            require_list(decoded)
            has_null = has_null or decoded.has_null
            walk.add(decoded)
            # What a script made of the parameters is for the links of one exchange; where its
            # answer changed the instance, the next exchange knows.
            call = replace(call, resolved=after.resolved) if after is not call else call
            if walk.result is not None:
                if has_null is not decoded.has_null:
                    decoded = replace(decoded, has_null=has_null)
                return walk.result, decoded, call

    async def _page(self, request: ResourceRequest, resolved: Resolved) -> Records:
        run = _Run(self)
        call = await self._call(request, resolved, run)
        if call.plan is not None:
            call = await self._mapper.body(call)
        pager = self._pages.pager(call)
        if pager is None:
            decoded, call = await run.exchange(call)
            if call.plan is not None:
                call, decoded = await self._mapper.answer(call, decoded)
            has_null, found = decoded.has_null, decoded.value
            records = found if isinstance(found, list) else [] if found is None else [found]
            gathered = Gathered(records)
        else:
            gathered, last, call = await self._gather(call, pager, run)
            if call.plan is not None:
                call, gathered = await self._mapper.page(call, gathered)
            has_null = last.has_null
        return Records(
            shaped(gathered.records, call, has_null=has_null),
            self._pages.next_token(call, gathered.following) if gathered.following else None,
            gathered.warning or call.warning,
        )


class _Run:
    """One call on its way: what is counted, timed, traced and changed in the course of it."""

    __slots__ = (
        "_authorization",
        "_gateway",
        "_is_once",
        "_is_stored",
        "_last",
        "changed",
        "exchanges",
        "stages_us",
        "takes_downloads",
        "trace",
    )

    def __init__(
        self,
        gateway: Gateway,
        *,
        authorization: Authorization | None = None,
        is_stored: bool = True,
        is_once: bool = False,
        started: float | None = None,
    ) -> None:
        self._gateway = gateway
        self._authorization = authorization
        self._is_stored = is_stored
        self._is_once = is_once
        self._last = started
        self.changed: dict[str, str] = {}
        self.exchanges = 0
        self.stages_us: dict[str, int] = {}
        self.takes_downloads = False
        self.trace: Trace | None = None

    def lap(self, stage: str) -> None:
        """Note that a stage has ended; stages that run several times add up."""
        if self._last is not None:
            now = self._gateway._clock.monotonic()
            took = round((now - self._last) * 1e6)
            self.stages_us[stage] = self.stages_us.get(stage, 0) + took
            self._last = now

    async def exchange(
        self,
        call: Call,
        *,
        place: VendorPage | None = None,
        paging: Mapping[str, str] | None = None,
    ) -> tuple[Decoded, Call]:
        """Return the answer of an operation, of its chain's last link where it has one.

        The call comes back too: scripts and answers may have changed what it knows.
        """
        decoded, call = await self._link(call, place, paging)
        for operation in call.operation.chain:
            following = replace(
                call, operation=operation, previous=Previous(decoded.value, decoded.headers)
            )
            decoded, after = await self._link(following, place, paging)
            call = replace(call, resolved=after.resolved, request=after.request, query=after.query)
        return decoded, call

    async def _link(
        self, call: Call, place: VendorPage | None, paging: Mapping[str, str] | None
    ) -> tuple[Decoded, Call]:
        sender = self._gateway._sender
        if self._authorization is not None or not sender.is_session(call.resolved):
            return await self._one_link(call, place, paging)
        call = replace(call, resolved=await sender.fresh(call.resolved))
        try:
            return await self._one_link(call, place, paging)
        except SessionRenewed as renewed:
            # The vendor did nothing but refuse the session.
            call = replace(call, resolved=replace(call.resolved, instance=renewed.instance))
            return await self._one_link(call, place, paging)

    async def _one_link(
        self, call: Call, place: VendorPage | None, paging: Mapping[str, str] | None
    ) -> tuple[Decoded, Call]:
        gateway, operation = self._gateway, call.operation
        request = gateway._builder.build(call, place=place, paging=paging)
        self.lap("build")
        if operation.pre_hooks or operation.post_hooks or gateway._capturer.has_rows(operation):
            return await self._hooked_link(call, request)
        if request.configuration:
            call = await self._keep(call, request.configuration)
        if not request.is_sent or operation.type == ON_AUTHORIZE:
            return Decoded([] if operation.is_list else None, has_null=False), call
        if self._is_download(call):
            return await self._download(request, call.resolved), call
        response = await self._send(request, call.resolved, operation.wait)
        if not 200 <= response.status < 300:
            raise vendor_error(response, call.resolved.element, _secrets_of(call.resolved))
        decoded = gateway._decoder.decode(response, operation)
        self.lap("decode")
        return decoded, call

    def _is_download(self, call: Call) -> bool:
        """Tell whether an answer can be handed on as it comes: a file that no script looks at."""
        operation = call.operation
        return (
            self.takes_downloads
            and not operation.post_hooks
            and not operation.chain
            and self._gateway._decoder.is_file(operation)
            # A session that ended is begun anew by building the request again.
            and not self._gateway._sender.is_session(call.resolved)
        )

    async def _download(self, request: VendorRequest, resolved: Resolved) -> Decoded:
        self.exchanges += 1
        opened = await self._gateway._sender.open(encode(request), resolved, trace=self.trace)
        try:
            if not 200 <= opened.status < 300:
                body = await opened.beginning()
                response = OutboundResponse(
                    opened.status,
                    opened.headers,
                    body,
                    received_ms=self._gateway._clock.now_ms(),
                )
                raise vendor_error(response, resolved.element, _secrets_of(resolved))
            decoded = self._gateway._decoder.download(opened, opened.headers)
        except BaseException:
            await opened.close()
            raise
        self.lap("send")
        return decoded

    async def _hooked_link(self, call: Call, request: VendorRequest) -> tuple[Decoded, Call]:
        gateway, operation = self._gateway, call.operation
        changed = dict(request.configuration)
        decoded: Decoded | None = None
        token = None
        if operation.pre_hooks or operation.post_hooks:
            token = await self._token(call.resolved)
        if operation.pre_hooks:
            hooked = await gateway._hooks.before(call, request, token=token)
            call, request, decoded = hooked.call, hooked.request, hooked.decoded
            changed |= hooked.configuration
            self.lap("hooks")
        response: OutboundResponse | None = None
        if decoded is None and operation.type == ON_AUTHORIZE:
            # Its address is for the owner's browser: nobody calls it here.
            decoded = Decoded(None, has_null=False)
        if decoded is None and not request.is_sent and request.path == operation.vendor_path:
            decoded = Decoded([] if operation.is_list else None, has_null=False)
        if (
            decoded is None
            and self._is_download(call)
            and not gateway._capturer.has_rows(operation)
        ):
            if changed:
                call = await self._keep(call, changed)
            return await self._download(request, call.resolved), call
        if decoded is None:
            response = await self._send(request, call.resolved, operation.wait)
            if 200 <= response.status < 300:
                decoded = gateway._decoder.decode(response, operation)
                if gateway._capturer.has_rows(operation):
                    captured = gateway._capturer.capture(
                        call, decoded, answer=gateway._decoder.error_value(response)
                    )
                    decoded = captured.decoded
                    changed |= captured.configuration
            else:
                decoded = Decoded(
                    gateway._decoder.error_value(response),
                    status=response.status,
                    headers=response.headers,
                )
            self.lap("decode")
        if operation.post_hooks:
            before = decoded
            try:
                hooked = await gateway._hooks.after(call, request, decoded, token=token)
            except ScriptFailed as exc:
                if response is None or 200 <= response.status < 300:
                    raise
                # The script was not made for an error: the vendor's own words say more.
                secrets = _secrets_of(call.resolved)
                raise vendor_error(response, call.resolved.element, secrets) from exc
            call, decoded = hooked.call, hooked.decoded or decoded
            changed |= hooked.configuration
            if decoded is not before:
                response = None  # what is told of an error is the script's answer now
            self.lap("hooks")
        if not 200 <= decoded.status < 300:
            if response is None:
                body = orjson.dumps(decoded.value)
                response = OutboundResponse(decoded.status, decoded.headers, body)
            raise vendor_error(response, call.resolved.element, _secrets_of(call.resolved))
        if changed:
            call = await self._keep(call, changed)
        return decoded, call

    async def _send(
        self, request: VendorRequest, resolved: Resolved, wait: Wait | None = None
    ) -> OutboundResponse:
        self.exchanges += 1
        response = await self._gateway._sender.send(
            encode(request),
            resolved,
            authorization=self._authorization,
            trace=self.trace,
            is_once=self._is_once,
        )
        if wait is not None:
            gateway = self._gateway
            response = await ended(
                response,
                wait,
                lambda asked: gateway._sender.send(asked, resolved, trace=self.trace),
                clock=gateway._clock,
                most_seconds=gateway._vendor_timeout_seconds,
            )
        self.lap("send")
        return response

    async def _token(self, resolved: Resolved) -> str | None:
        if self._authorization is not None:
            return self._authorization.token
        return await self._gateway._sender.access_token(resolved)

    async def _keep(self, call: Call, changed: Mapping[str, str]) -> Call:
        """Keep configuration that the call gave: in the instance, or for whoever runs the call."""
        resolved = call.resolved
        # Most answers bring the same value again: that is nothing to write.
        changed = {key: v for key, v in changed.items() if resolved.configured(key) != v}
        if not changed:
            return call
        self.changed |= changed
        if self._is_stored:
            instance = await self._gateway._store(call.resolved.instance, changed)
        else:
            instance = _with_configuration(call.resolved.instance, changed)
        return replace(call, resolved=replace(call.resolved, instance=instance))


def _described_name(matched: Matched) -> str:
    """Return the object that an operation describes: named in it, or by the path of the call."""
    name = matched.operation.describes or ""
    if name.startswith("{"):
        return unquote(matched.path_values.get(name[1:-1], ""))
    return name


def _with_configuration(instance: Instance, changed: Mapping[str, str]) -> Instance:
    if not changed:
        return instance
    secret: dict[str, Any] = {key: Secret(value) for key, value in changed.items()}
    return replace(instance, configuration={**instance.configuration, **secret})


def _secrets_of(resolved: Resolved) -> list[str]:
    values = resolved.instance.configuration.values()
    return [value.reveal() for value in values if isinstance(value, Secret)]
