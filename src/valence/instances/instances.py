"""Creating, reading, changing and ending element instances."""

import base64
import secrets
from collections.abc import Mapping
from dataclasses import replace

import structlog

from valence.domain import (
    MASK,
    Clock,
    DefinitionError,
    Element,
    Forbidden,
    Instance,
    InvalidRequest,
    NotFound,
    Principal,
    Secret,
    TimelineEntry,
    ValenceError,
    Whose,
    strip_markup,
)
from valence.egress import Egress, OutboundRequest
from valence.elements import Elements
from valence.instances import configuration as configurations
from valence.instances import verdicts
from valence.instances.authorizations import AuthorizationFailed, Authorizations
from valence.instances.captures import captured
from valence.instances.clients import (
    OAuthClient,
    client_of,
    endpoint,
    exchange_authentication,
    refresh_authentication,
)
from valence.instances.configuration import ChosenConfiguration
from valence.instances.credentials import Credentials
from valence.instances.drafts import Finished, InstanceDraft
from valence.instances.kinds import (
    BY_CONSENT,
    asks_owner,
    fixed_headers,
    kind_of,
    require_running,
)
from valence.instances.life_cycle import (
    AT_CREATION,
    AT_DELETION,
    ON_EXCHANGE,
    ON_REVOKE,
    ON_TOKEN_REFRESH,
    LifeCycle,
    no_life_cycle,
)
from valence.instances.lifetimes import credential_times
from valence.instances.moves import require_movable
from valence.instances.overrides import Exchanged, Overrides, overrides
from valence.instances.planned import planned_instance
from valence.instances.reader import InstanceReader
from valence.instances.redemption import Redemption, may_be_unused
from valence.instances.refresh import TOKEN_ANSWER_LIMIT_BYTES
from valence.instances.requests import (
    ConfigurationRecord,
    CreatedInstance,
    InstanceChange,
    NewInstance,
    OAuthUrl,
    OAuthUrlRequest,
)
from valence.instances.schemes import oauth2
from valence.instances.seals import InstanceSeals
from valence.oauth import (
    TokenAnswerUnusable,
    TokenRefused,
    TokenSet,
    parse_token_answer,
    refresh_request,
    revocation_request,
)
from valence.settings import Settings
from valence.storage import (
    Connection,
    Database,
    InstanceQuery,
    Revisions,
    bump,
    credentials,
    elements,
    instances,
    timeline,
)

LONGEST_NAME = 255
LONGEST_TAG = 255
MOST_TAGS = 100
REVOCATION_SECONDS = 5.0
LONGEST_TRACE_MINUTES = 1440

_log = structlog.get_logger("valence.instances")


class Instances:
    """The element instances of all accounts, each seen by its own."""

    def __init__(
        self,
        database: Database,
        seals: InstanceSeals,
        reader: InstanceReader,
        held: Credentials,
        elements: Elements,
        egress: Egress,
        *,
        clock: Clock,
        settings: Settings,
        revisions: Revisions,
    ) -> None:
        self._database = database
        self._seals = seals
        self._reader = reader
        self._held = held
        self._elements = elements
        self._egress = egress
        self._clock = clock
        self._settings = settings
        self._revisions = revisions
        self._timeout = settings.token_timeout * settings.time_scale
        self._life_cycle: LifeCycle = no_life_cycle
        self._overrides = Overrides(egress, clock=clock)
        self._authorizations = Authorizations(database, seals, self._overrides, clock=clock)
        self._redemption = Redemption(
            database, seals, egress, clock=clock, timeout_seconds=self._timeout
        )

    def bind_life_cycle(self, run: LifeCycle) -> None:
        """Take what runs an element's life-cycle resources; the room above provides it."""
        self._life_cycle = run
        self._overrides.bind(run)

    # -- authorizing -----------------------------------------------------------------------------

    async def oauth_url(
        self, principal: Principal, element: Element, request: OAuthUrlRequest
    ) -> OAuthUrl:
        """Return where the owner consents, in the API flow.

        Raises:
            InvalidRequest: a parameter is missing or malformed.
            DefinitionError: the element makes its own address, and this one is none.
        """
        return await self._authorizations.url(principal, element, request)

    async def begin_authorization(
        self, principal: Principal, element: Element, draft: InstanceDraft, *, browser: str
    ) -> str:
        """Return where to send a browser that Valence itself will receive back.

        For a draft of an existing instance its stored client is used where the draft brings none.

        Raises:
            InvalidRequest: name or configuration are missing or malformed.
            NotFound, Forbidden: the instance to renew is not there, or another account's.
        """
        if draft.instance_id is not None:
            instance = await self.get(principal, draft.instance_id)
            client = client_of(instance.configuration)
            stored = {"oauth.api.key": client.client_id, "oauth.callback.url": client.callback_url}
            chosen = {key: value for key, value in draft.configuration.items() if value != MASK}
            draft = InstanceDraft(
                instance.name, instance.tags, {**stored, **chosen}, draft.instance_id
            )
        else:
            _clean_name(draft.name)
            accepted = configurations.accept(element, draft.configuration)
            configurations.require_complete(element, accepted, exempt=set())
        return await self._authorizations.begin(principal, element, draft, browser=browser)

    async def finish_authorization(
        self, principal: Principal, query: Mapping[str, str], *, browser: str
    ) -> Finished:
        """Make or renew the instance that a returning browser stands for.

        Raises:
            AuthorizationFailed: whatever went wrong, with the draft, so that nothing typed is lost.
        """
        pending, code = await self._authorizations.returned(principal, query, browser=browser)
        draft = pending.draft
        if draft is None:
            raise AuthorizationFailed(
                "This authorization was begun by a program; the program must finish it.",
                code="authorization-not-ours",
                whose=Whose.CALLER,
                element_id=pending.element_id,
            )
        element = await self._elements.of(principal.account_id, pending.element_id)
        try:
            if draft.instance_id is not None:
                renewed = await self._reauthenticate(
                    await self.get(principal, draft.instance_id),
                    element,
                    configurations.accept(element, draft.configuration),
                    code=code,
                    verifier=pending.verifier,
                )
                return Finished(renewed, draft)
            request = NewInstance(
                element=element,
                name=draft.name,
                tags=draft.tags or None,
                provider_data={key: value for key, value in query.items() if key != "state"},
                configuration=draft.configuration,
            )
            made = await self._create(principal, request, code=code, verifier=pending.verifier)
            return Finished(made, draft)
        except AuthorizationFailed:
            raise
        except ValenceError as exc:
            failed = AuthorizationFailed(
                exc.message,
                code=exc.code,
                whose=exc.whose,
                element_id=element.id,
                draft=draft,
                provider_message=exc.provider_message,
            )
            failed.status, failed.retryable = exc.status, exc.retryable
            raise failed from exc

    # -- creating --------------------------------------------------------------------------------

    async def create(self, principal: Principal, request: NewInstance) -> CreatedInstance:
        """Authenticate and store a new instance; on any failure nothing is stored.

        Raises:
            InvalidRequest: name, configuration or provider data are missing, malformed or refused.
            Conflict: the same code is being redeemed by another request.
            VendorError: the vendor could not be asked, or its answer says nothing.
        """
        data = request.provider_data
        if data.get("error"):
            raise InvalidRequest(
                "The owner did not allow access: there is no code in providerData but an error.",
                code="authorization-denied",
                whose=Whose.RESOURCE_OWNER,
                provider_message=str(data["error"])[:200],
            )
        if request.external_authentication not in ("none", "initial"):
            raise InvalidRequest("externalAuthentication must be 'none' or 'initial'.")
        code = data.get("code")
        if code and request.external_authentication == "none":
            verifier = await self._redeem_state(principal, request)
            instance = await self._create(principal, request, code=code, verifier=verifier)
        else:
            instance = await self._create(principal, request, code=None, verifier=None)
        return CreatedInstance(instance, _echo(data))

    async def _redeem_state(self, principal: Principal, request: NewInstance) -> str | None:
        client = client_of(dict(request.configuration))
        return await self._authorizations.redeem_state(
            principal,
            request.element,
            state=request.provider_data.get("state"),
            client_id=client.client_id,
            callback_url=client.callback_url,
        )

    async def _create(
        self, principal: Principal, request: NewInstance, *, code: str | None, verifier: str | None
    ) -> Instance:
        element = request.element
        name = _clean_name(request.name)
        tags = (name,) if request.tags is None else _clean_tags(request.tags)
        chosen = configurations.accept(element, request.configuration)
        is_initial = request.external_authentication == "initial"
        kind = kind_of(element, chosen.all())
        require_running(kind)
        exempt = {"oauth.callback.url"} if is_initial else set()
        configurations.require_complete(element, chosen, exempt=exempt)
        if kind not in BY_CONSENT:
            chosen = await self._provisioned(principal, request, name, tags, chosen, None)
            return await self._store(principal, request, name, tags, chosen, None, None)
        client = client_of(chosen.all())
        if code is None:
            planned = self._planned(principal, request, name, tags, chosen)
            brought = await self._brought_tokens(planned, element, client, request)
            tokens = brought.tokens
            chosen = chosen.with_(configurations.given_back(element, brought.configuration))
            chosen = await self._provisioned(principal, request, name, tags, chosen, tokens)
            return await self._store(principal, request, name, tags, chosen, tokens, None)
        code_hash = self._redemption.code_hash(principal.organization_id, element, code)
        exchanged = await self._exchange(
            self._planned(principal, request, name, tags, chosen),
            element,
            client,
            code_hash,
            code=code,
            verifier=verifier,
            given=request.provider_data,
        )
        tokens = exchanged.tokens
        chosen = chosen.with_(configurations.given_back(element, exchanged.configuration))
        chosen = await self._provisioned(principal, request, name, tags, chosen, tokens)
        return await self._store(principal, request, name, tags, chosen, tokens, code_hash)

    async def _provisioned(
        self,
        principal: Principal,
        request: NewInstance,
        name: str,
        tags: tuple[str, ...],
        chosen: ChosenConfiguration,
        tokens: TokenSet | None,
    ) -> ChosenConfiguration:
        """Let the element validate and provision what is about to be stored.

        Returns the configuration with what the element's resources gave back. A refusal ends the
        grant that was just obtained: nobody will ever use it.
        """
        element = request.element
        types = {operation.type for operation in element.operations}
        if not types.intersection(AT_CREATION):
            return chosen
        planned = self._planned(principal, request, name, tags, chosen)
        given = dict(request.provider_data)
        try:
            for type_ in AT_CREATION:
                if type_ not in types:
                    continue
                headers = fixed_headers(element, chosen.all()) or ()
                if tokens is not None:
                    headers = oauth2.headers(tokens)
                ran = await self._life_cycle(
                    planned, type_, parameters=given, authorization=headers
                )
                self._check_given_back(ran.configuration)
                chosen = chosen.with_(configurations.given_back(element, ran.configuration))
                planned = replace(planned, configuration=chosen.all())
        except ValenceError:
            if tokens is not None:
                await self._revoke(planned, element, tokens)
            raise
        return chosen

    def _planned(
        self,
        principal: Principal,
        request: NewInstance,
        name: str,
        tags: tuple[str, ...],
        chosen: ChosenConfiguration,
    ) -> Instance:
        return planned_instance(
            principal,
            request.element,
            configuration=chosen.all(),
            now_ms=self._clock.now_ms(),
            name=name,
            tags=tags,
        )

    async def _exchange(
        self,
        instance: Instance,
        element: Element,
        client: OAuthClient,
        code_hash: bytes,
        *,
        code: str,
        verifier: str | None,
        given: Mapping[str, str],
    ) -> Exchanged:
        """Redeem a code, by the element's own resource where it has one, and claim it before."""
        await self._redemption.claim(code_hash)
        try:
            if overrides(element, ON_EXCHANGE):
                exchanged = await self._overrides.exchange(
                    instance, element, client, code=code, verifier=verifier, given=given
                )
            else:
                tokens = await self._redemption.exchange(
                    element,
                    client,
                    configuration=instance.configuration,
                    code=code,
                    verifier=verifier,
                )
                exchanged = Exchanged(tokens, captured(element, tokens, given))
        except ValenceError as exc:
            if may_be_unused(exc):
                await self._redemption.give_back(code_hash)
            raise
        try:
            self._check_given_back(exchanged.configuration)
        except ValenceError:
            await self._revoke(instance, element, exchanged.tokens)
            raise
        return exchanged

    def _check_given_back(self, values: Mapping[str, str]) -> None:
        # Where an instance's token is sent may change only to where the policy lets calls go.
        if values.get("base.url"):
            self._egress.policy.check_url(values["base.url"])

    async def _brought_tokens(
        self, planned: Instance, element: Element, client: OAuthClient, request: NewInstance
    ) -> Exchanged:
        """Return tokens that the caller already holds, refreshed at once if only half of them."""
        if request.external_authentication == "initial":
            access = request.configuration.get("oauth.user.token", "")
            refresh = request.configuration.get("oauth.user.refresh_token", "")
            lifetime = request.configuration.get("oauth.user.refresh_interval", "")
            source = "configuration oauth.user.token or oauth.user.refresh_token"
        else:
            access = request.provider_data.get("access_token", "")
            refresh = request.provider_data.get("refresh_token", "")
            lifetime = request.provider_data.get("expires_in", "")
            source = "providerData.code"
        access, refresh = _unmasked(access), _unmasked(refresh)
        if not access and not refresh:
            raise InvalidRequest(f"Missing {source}.", code="missing-parameter")
        now = self._clock.now_ms()
        tokens = TokenSet(
            access_token=Secret(access),
            refresh_token=Secret(refresh) if refresh else None,
            token_type="bearer",  # noqa: S106 - the token's type, RFC 6750
            scope=None,
            issued_ms=now,
            expires_ms=now + int(lifetime) * 1000 if lifetime.isdecimal() else None,
        )
        # What a token answer says of the account is known only from one.
        if access and not (refresh and element.captures):
            return Exchanged(tokens)
        return await self._first_refresh(planned, element, client, tokens)

    async def _first_refresh(
        self, planned: Instance, element: Element, client: OAuthClient, tokens: TokenSet
    ) -> Exchanged:
        try:
            if not overrides(element, ON_TOKEN_REFRESH):
                found = await self._standard_refresh(planned, element, client, tokens)
                given = Exchanged(found, captured(element, found))
            else:
                given = await self._overrides.refresh(
                    planned, element, client, tokens, seconds=self._timeout
                )
        except TokenRefused as exc:
            if exc.error == "invalid_grant":
                raise InvalidRequest(
                    "The vendor does not accept oauth.user.refresh_token.",
                    code="refresh-token-refused",
                    provider_message=verdicts.provider_message(exc),
                ) from exc
            raise verdicts.exchange_refused(exc) from exc
        except TokenAnswerUnusable as exc:
            raise verdicts.unusable(exc) from exc
        self._check_given_back(given.configuration)
        return given

    async def _standard_refresh(
        self, planned: Instance, element: Element, client: OAuthClient, tokens: TokenSet
    ) -> TokenSet:
        assert tokens.refresh_token is not None  # noqa: S101 - the caller looked
        request = refresh_request(
            endpoint(element, planned.configuration, "oauth.token.refresh_url", "oauth.token.url"),
            refresh_token=tokens.refresh_token,
            client_id=client.client_id,
            client_secret=client.client_secret,
            client_authentication=refresh_authentication(element),
        )
        response = await self._egress.send_token_request(
            OutboundRequest(
                "POST",
                request.url,
                headers=request.headers,
                body=request.body,
                timeout_seconds=self._timeout,
                size_limit_bytes=TOKEN_ANSWER_LIMIT_BYTES,
            )
        )
        return parse_token_answer(
            response.status,
            response.headers,
            response.body,
            now_ms=self._clock.now_ms(),
            previous=tokens,
        )

    async def _store(
        self,
        principal: Principal,
        request: NewInstance,
        name: str,
        tags: tuple[str, ...],
        chosen: ChosenConfiguration,
        tokens: TokenSet | None,
        code_hash: bytes | None,
    ) -> Instance:
        element, now = request.element, self._clock.now_ms()
        uid, organization_id = secrets.token_hex(16), principal.organization_id
        token = Secret(base64.b64encode(secrets.token_bytes(33)).decode())
        token_sealed = await self._seals.seal_token(token, organization_id=organization_id, uid=uid)
        sealed_values = await self._sealed(chosen, organization_id=organization_id, uid=uid)
        grant = None
        if tokens is not None:
            grant = await self._grant(tokens, element, organization_id=organization_id, uid=uid)
        # Every entry gets a row, so that configuration records have ids of their own.
        plain: dict[str, str | None] = {
            entry.key: chosen.plain.get(entry.key)
            for entry in element.configuration
            if entry.key not in sealed_values
        }
        async with self._database.write() as connection:
            await _hold(connection, element)
            instance_id = await instances.add(
                connection,
                {
                    "uid": uid,
                    "organization_id": organization_id,
                    "account_id": principal.account_id,
                    "user_id": principal.user_id,
                    "element_key": element.key,
                    "element_id": element.id,
                    "name": name,
                    "name_folded": name.casefold(),
                    "token_sealed": token_sealed,
                    "token_hash": self._seals.token_hash(token.reveal()),
                    "external_authentication": request.external_authentication,
                    "is_disabled": False,
                    "events_enabled": chosen.plain.get("event.notification.enabled") == "true",
                    "created_ms": now,
                    "updated_ms": now,
                },
            )
            await instances.set_tags(connection, instance_id, tags)
            await instances.set_configuration(
                connection, instance_id, plain=plain, sealed=sealed_values
            )
            if grant is not None:
                await credentials.add(connection, instance_id, grant)
            await timeline.add(
                connection, instance_id, at_ms=now, kind="issued", message="Authenticated."
            )
            if code_hash is not None:
                await self._redemption.finish(connection, code_hash, instance_id=instance_id)
        return await self._required(instance_id)

    # -- reading ---------------------------------------------------------------------------------

    async def get(self, principal: Principal, instance_id: int) -> Instance:
        """Return an instance. Raises NotFound: unknown; Forbidden: another account's."""
        instance = None
        if 0 < instance_id < 2**62:
            instance = await self._reader.by_id(instance_id)
        if instance is None:
            raise NotFound(f"No element instance found with ID {instance_id}.")
        if instance.account_id != principal.account_id:
            raise Forbidden(f"The element instance {instance_id} belongs to another account.")
        return instance

    async def by_token(self, token: str) -> Instance:
        """Return the instance of a token. Raises Unauthenticated: unknown or deleted."""
        return await self._reader.by_token(token)

    def cached_by_token(self, token: str) -> Instance | None:
        """Return the instance of a token if it is remembered and unchanged; costs no I/O."""
        return self._reader.cached_by_token(token)

    async def search(
        self,
        principal: Principal,
        *,
        tags: tuple[str, ...] = (),
        text: str | None = None,
        element: Element | None = None,
        state: str | None = None,
        after_id: int = 0,
        limit: int = 200,
        is_newest_first: bool = False,
    ) -> list[Instance]:
        """Return what the caller may see and asks for, by ascending id or the newest first.

        Who is no administrator sees what he created himself.
        """
        query = InstanceQuery(
            account_id=principal.account_id,
            user_id=None if principal.is_administrator else principal.user_id,
            element_key=None if element is None else element.key,
            element_id=None if element is None else element.id,
            tags=tags,
            text=text,
            state=state,
            after_id=after_id,
            limit=limit,
            is_newest_first=is_newest_first,
        )
        async with self._database.read() as connection:
            rows = await instances.search(connection, query)
            return await self._reader.read_rows(connection, rows)

    async def counts_by_element(self, principal: Principal) -> dict[str, int]:
        """Return how many instances each element has, as far as the caller sees them."""
        async with self._database.read() as connection:
            user_id = None if principal.is_administrator else principal.user_id
            return dict(
                await instances.counts_by_element(connection, principal.account_id, user_id=user_id)
            )

    async def counts_by_element_id(self, principal: Principal) -> dict[int, int]:
        """Return the same by the element's id: two elements may have one key."""
        async with self._database.read() as connection:
            user_id = None if principal.is_administrator else principal.user_id
            return dict(
                await instances.counts_by_element_id(
                    connection, principal.account_id, user_id=user_id
                )
            )

    async def counts_by_state(self, principal: Principal) -> dict[str, int]:
        """Return how many are connected, disabled and in need of their owner."""
        async with self._database.read() as connection:
            user_id = None if principal.is_administrator else principal.user_id
            return await instances.counts_by_state(
                connection, principal.account_id, user_id=user_id
            )

    async def tags_in_use(self, principal: Principal) -> list[str]:
        """Return the account's tags, for completion."""
        async with self._database.read() as connection:
            return await instances.tags_in_use(connection, principal.account_id)

    async def timeline(
        self, principal: Principal, instance_id: int, *, limit: int = 50
    ) -> list[TimelineEntry]:
        """Return what happened to an instance, newest first."""
        await self.get(principal, instance_id)
        async with self._database.read() as connection:
            return await timeline.latest(connection, instance_id, limit=limit)

    async def configuration_records(
        self, principal: Principal, instance_id: int
    ) -> list[ConfigurationRecord]:
        """Return one record per configuration entry of the element, secrets masked."""
        instance = await self.get(principal, instance_id)
        element = await self._elements.of(instance.account_id, instance.element_id)
        shown = configurations.shown(element, instance)
        async with self._database.read() as connection:
            stored = await instances.configuration_of(connection, [instance_id])
        ids = {row.key: row.id for row in stored.get(instance_id, [])}
        return [
            ConfigurationRecord(
                id=ids[entry.key],
                key=entry.key,
                name=entry.name,
                description=entry.description,
                value=shown.get(entry.key),
                type=entry.type,
                is_required=entry.is_required,
                is_hidden=entry.is_hidden,
            )
            for entry in element.configuration
            if entry.key in ids
        ]

    # -- changing --------------------------------------------------------------------------------

    async def update(
        self, principal: Principal, instance_id: int, change: InstanceChange
    ) -> Instance:
        """Change what the change names; the rest stays, id and token always.

        A code re-authenticates: the instance gets a new grant.

        Raises:
            InvalidRequest, Conflict, VendorError: as `create`. NotFound, Forbidden: as `get`.
        """
        instance = await self.get(principal, instance_id)
        element = await self._elements.of(instance.account_id, instance.element_id)
        values: dict[str, object] = {}
        if change.element is not None and change.element.id != element.id:
            require_movable(element, change.element)
            element = change.element
            values |= {"element_key": element.key, "element_id": element.id}
        chosen = configurations.accept(element, change.configuration)
        if change.name is not None:
            name = _clean_name(change.name)
            values |= {"name": name, "name_folded": name.casefold()}
        if "event.notification.enabled" in chosen.plain:
            values["events_enabled"] = chosen.plain["event.notification.enabled"] == "true"
        tags = None if change.tags is None else _clean_tags(change.tags)
        if change.code is not None and not await self._is_own(instance, element, change.code):
            if not asks_owner(element, instance.configuration):
                raise InvalidRequest("providerData.code means nothing to this element.")
            client = client_of({**instance.configuration, **chosen.all()})
            verifier = await self._authorizations.redeem_state(
                principal,
                element,
                state=change.state,
                client_id=client.client_id,
                callback_url=client.callback_url,
            )
            await self._reauthenticate(
                instance, element, chosen, code=change.code, verifier=verifier
            )
            chosen = ChosenConfiguration({}, {})
        async with self._database.write() as connection:
            await _hold(connection, element)
            await self._write_change(connection, instance, values, tags)
            if "element_id" in values:
                await _add_records(connection, instance, element)
            await self._write_configuration(connection, instance, chosen)
            await bump(connection, "instances")
        self._revisions.announce("instances")
        return await self._required(instance_id)

    async def update_configuration_record(
        self, principal: Principal, instance_id: int, record_id: int, value: str
    ) -> ConfigurationRecord:
        """Change one configuration value. Raises NotFound: the instance has no such record."""
        records = await self.configuration_records(principal, instance_id)
        record = next((known for known in records if known.id == record_id), None)
        if record is None:
            raise NotFound(f"No configuration found with ID {record_id}.")
        await self.update(principal, instance_id, InstanceChange(configuration={record.key: value}))
        changed = await self.configuration_records(principal, instance_id)
        return next(known for known in changed if known.id == record_id)

    async def set_enabled(
        self, principal: Principal, instance_id: int, *, is_enabled: bool
    ) -> None:
        """Let calls through, or refuse them with 403, from now on in every process."""
        instance = await self.get(principal, instance_id)
        if instance.is_disabled is not is_enabled:
            return
        async with self._database.write() as connection:
            now = self._clock.now_ms()
            await instances.change(
                connection, instance_id, {"is_disabled": not is_enabled, "updated_ms": now}
            )
            await timeline.add(
                connection,
                instance_id,
                at_ms=now,
                kind="enabled" if is_enabled else "disabled",
                message="Enabled." if is_enabled else "Disabled.",
            )
            await bump(connection, "instances")
        self._revisions.announce("instances")

    async def set_trace_logging(
        self, principal: Principal, instance_id: int, *, minutes: int | None
    ) -> None:
        """Keep wire traces of its calls for so many minutes from now on; None: no longer.

        Raises:
            InvalidRequest: not between 1 and `LONGEST_TRACE_MINUTES`.
        """
        if minutes is not None and not 1 <= minutes <= LONGEST_TRACE_MINUTES:
            raise InvalidRequest(
                f"duration must be between 1 and {LONGEST_TRACE_MINUTES} minutes, not {minutes}."
            )
        await self.get(principal, instance_id)
        now = self._clock.now_ms()
        until_ms = None if minutes is None else now + minutes * 60_000
        async with self._database.write() as connection:
            await instances.change(
                connection, instance_id, {"trace_until_ms": until_ms, "updated_ms": now}
            )
            await timeline.add(
                connection,
                instance_id,
                at_ms=now,
                kind="untraced" if minutes is None else "traced",
                message="Wire traces end."
                if minutes is None
                else f"Wire traces are kept for {minutes} minutes.",
            )
            await bump(connection, "instances")
        self._revisions.announce("instances")

    async def delete(self, principal: Principal, instance_id: int) -> None:
        """End an instance: its token and secrets are gone at once, its grant where possible.

        A failure to revoke at the vendor is logged and does not keep the instance alive.
        """
        instance = await self.get(principal, instance_id)
        element = await self._elements.find(instance.account_id, instance.element_id)
        if element is not None:
            await self._before_deletion(instance, element)
        async with self._database.read() as connection:
            row = await credentials.read(connection, instance_id)
        tokens = None
        if row is not None:
            tokens = await self._seals.open_tokens(
                row.sealed, organization_id=instance.organization_id, uid=instance.uid
            )
        async with self._database.write() as connection:
            await instances.drop(connection, instance_id)
            await bump(connection, "instances")
        self._revisions.announce("instances")
        self._held.forget(instance_id)
        if tokens is not None and element is not None:
            await self._revoke(instance, element, tokens)

    async def keep_configuration(self, instance: Instance, values: Mapping[str, str]) -> Instance:
        """Store configuration that a call of this instance gave back; return the new state.

        Raises:
            AddressRefused: `base.url` may not be called.
        """
        self._check_given_back(values)
        element = await self._elements.of(instance.account_id, instance.element_id)
        chosen = configurations.given_back(element, values)
        async with self._database.write() as connection:
            await self._write_configuration(connection, instance, chosen)
            await bump(connection, "instances")
        self._revisions.announce("instances")
        return await self._required(instance.id)

    # -- inside ----------------------------------------------------------------------------------

    async def _reauthenticate(
        self,
        instance: Instance,
        element: Element,
        chosen: ChosenConfiguration,
        *,
        code: str,
        verifier: str | None,
    ) -> Instance:
        client = client_of({**instance.configuration, **chosen.all()})
        code_hash = self._redemption.code_hash(instance.organization_id, element, code)
        exchanged = await self._exchange(
            replace(instance, configuration={**instance.configuration, **chosen.all()}),
            element,
            client,
            code_hash,
            code=code,
            verifier=verifier,
            given={},
        )
        chosen = chosen.with_(configurations.given_back(element, exchanged.configuration))
        grant = await self._grant(
            exchanged.tokens, element, organization_id=instance.organization_id, uid=instance.uid
        )
        async with self._database.write() as connection:
            await credentials.replace_by_consent(connection, instance.id, grant)
            await self._write_configuration(connection, instance, chosen)
            await timeline.add(
                connection,
                instance.id,
                at_ms=self._clock.now_ms(),
                kind="reauthenticated",
                message="The account's owner authorized again.",
            )
            await self._redemption.finish(connection, code_hash, instance_id=instance.id)
            await bump(connection, "instances")
        self._revisions.announce("instances")
        self._held.forget(instance.id)
        return await self._required(instance.id)

    async def _is_own(self, instance: Instance, element: Element, code: str) -> bool:
        """Tell whether a code is the one that made this instance, sent back with it."""
        code_hash = self._redemption.code_hash(instance.organization_id, element, code)
        return await self._redemption.made(code_hash) == instance.id

    async def _write_change(
        self,
        connection: Connection,
        instance: Instance,
        values: dict[str, object],
        tags: tuple[str, ...] | None,
    ) -> None:
        now = self._clock.now_ms()
        await instances.change(connection, instance.id, {**values, "updated_ms": now})
        if tags is not None:
            await instances.set_tags(connection, instance.id, tags)
        if "name" in values and values["name"] != instance.name:
            await timeline.add(
                connection,
                instance.id,
                at_ms=now,
                kind="renamed",
                message=f"Renamed from {instance.name!r} to {values['name']!r}.",
            )

    async def _write_configuration(
        self, connection: Connection, instance: Instance, chosen: ChosenConfiguration
    ) -> None:
        # The organization's data key is in memory: it sealed this instance's token when it was
        # read.
        sealed = await self._sealed(
            chosen, organization_id=instance.organization_id, uid=instance.uid
        )
        await instances.set_configuration(
            connection, instance.id, plain=dict(chosen.plain), sealed=sealed
        )

    async def _sealed(
        self, chosen: ChosenConfiguration, *, organization_id: int, uid: str
    ) -> dict[str, bytes]:
        return {
            key: await self._seals.seal_value(
                value, organization_id=organization_id, uid=uid, key=key
            )
            for key, value in chosen.secret.items()
        }

    async def _grant(
        self, tokens: TokenSet, element: Element, *, organization_id: int, uid: str
    ) -> dict[str, object]:
        sealed = await self._seals.seal_tokens(tokens, organization_id=organization_id, uid=uid)
        times = credential_times(tokens, element, margin=self._settings.refresh_margin)
        return {"sealed": sealed, **times}

    async def _before_deletion(self, instance: Instance, element: Element) -> None:
        """Let the element clean up at the vendor; what fails does not keep the instance alive."""
        types = {operation.type for operation in element.operations}
        for type_ in AT_DELETION:
            if type_ not in types:
                continue
            try:
                await self._life_cycle(instance, type_, parameters={}, authorization=None)
            except ValenceError as exc:
                _log.warning(
                    "life cycle failed", instance_id=instance.id, type=type_, code=exc.code
                )

    async def _revoke(self, instance: Instance, element: Element, tokens: TokenSet) -> None:
        client = client_of(instance.configuration)
        if overrides(element, ON_REVOKE):
            try:
                await self._overrides.revoke(instance, client, tokens, seconds=REVOCATION_SECONDS)
            except ValenceError as exc:
                _log.warning("revocation failed", instance_id=instance.id, code=exc.code)
            return
        try:
            address = endpoint(element, instance.configuration, "oauth.token.revoke_url")
        except (DefinitionError, InvalidRequest):  # the vendor has none
            return
        request = revocation_request(
            address,
            token=tokens.refresh_token or tokens.access_token,
            hint="refresh_token" if tokens.refresh_token else "access_token",
            client_id=client.client_id,
            client_secret=client.client_secret,
            client_authentication=exchange_authentication(element),
        )
        try:
            response = await self._egress.send_token_request(
                OutboundRequest(
                    "POST",
                    request.url,
                    headers=request.headers,
                    body=request.body,
                    timeout_seconds=REVOCATION_SECONDS,
                    size_limit_bytes=TOKEN_ANSWER_LIMIT_BYTES,
                )
            )
        except ValenceError as exc:
            _log.warning("revocation failed", instance_id=instance.id, code=exc.code)
            return
        if response.status >= 400:
            _log.warning("revocation refused", instance_id=instance.id, status=response.status)

    async def _required(self, instance_id: int) -> Instance:
        instance = await self._reader.by_id(instance_id)
        if instance is None:
            raise NotFound(f"No element instance found with ID {instance_id}.")
        return instance


async def _add_records(connection: Connection, instance: Instance, element: Element) -> None:
    """Give a moved instance a record for every entry that only its new element has."""
    stored = await instances.configuration_of(connection, [instance.id])
    known = {row.key for row in stored.get(instance.id, [])}
    missing: dict[str, str | None] = {
        entry.key: None for entry in element.configuration if entry.key not in known
    }
    await instances.set_configuration(connection, instance.id, plain=missing, sealed={})


async def _hold(connection: Connection, element: Element) -> None:
    """Keep a tenant's element from being deleted before what is stored now refers to it."""
    if element.is_private and not await elements.held(connection, element.id):
        raise NotFound(f"No element found with key or ID {element.key!r}.")


def _clean_name(name: str) -> str:
    cleaned = strip_markup(name)
    if not cleaned:
        raise InvalidRequest("name is missing: an instance needs a name.", code="missing-parameter")
    if len(cleaned) > LONGEST_NAME:
        raise InvalidRequest(f"name must have at most {LONGEST_NAME} characters.")
    return cleaned


def _clean_tags(tags: tuple[str, ...]) -> tuple[str, ...]:
    cleaned = tuple(dict.fromkeys(tag for tag in (strip_markup(tag) for tag in tags) if tag))
    if len(cleaned) > MOST_TAGS or any(len(tag) > LONGEST_TAG for tag in cleaned):
        raise InvalidRequest(
            f"tags must be at most {MOST_TAGS}, each of at most {LONGEST_TAG} characters."
        )
    return cleaned


def _unmasked(value: str) -> str:
    return "" if value == MASK else value


def _echo(data: Mapping[str, str]) -> dict[str, str]:
    """Return provider data as it may be answered: code and state, and that there was more."""
    secret = {"access_token", "refresh_token", "secret", "oauth_verifier", "oauth_token", "token"}
    shown = {key: data[key] for key in ("code", "state") if key in data}
    return shown | {key: MASK for key in data if key in secret or key == "apikey"}
