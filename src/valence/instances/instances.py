"""Creating, reading, changing and ending element instances."""

from collections.abc import Mapping
from dataclasses import replace

from valence.domain import (
    MASK,
    AuthenticationKind,
    Clock,
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
)
from valence.egress import Egress
from valence.elements import Elements
from valence.instances import configuration as configurations
from valence.instances.authorizations import AuthorizationFailed, Authorizations
from valence.instances.clients import Clients, Configured, OAuthClient
from valence.instances.configuration import ChosenConfiguration
from valence.instances.credentials import Credentials
from valence.instances.drafts import Finished, InstanceDraft
from valence.instances.grants import Grants
from valence.instances.issuing import Brought, Issuing
from valence.instances.kinds import (
    BY_CODE,
    BY_CONSENT,
    asks_with,
    has_tokens,
    is_session,
    kind_of,
)
from valence.instances.life_cycle import LifeCycle
from valence.instances.moves import require_movable
from valence.instances.naming import clean_name, clean_tags
from valence.instances.overrides import Overrides
from valence.instances.planned import planned_instance
from valence.instances.provisioning import Provisioning
from valence.instances.reader import InstanceReader
from valence.instances.redemption import Redemption
from valence.instances.requests import (
    ConfigurationRecord,
    CreatedInstance,
    InstanceChange,
    NewInstance,
    OAuthUrl,
    OAuthUrlRequest,
)
from valence.instances.seals import InstanceSeals
from valence.instances.writer import InstanceWriter, add_records, hold
from valence.oauth import TokenSet
from valence.settings import Settings
from valence.storage import (
    Database,
    InstanceQuery,
    Revisions,
    bump,
    credentials,
    instances,
    timeline,
)

LONGEST_TRACE_MINUTES = 1440
_OF_APPS = {"oauth.api.key", "oauth.api.secret", "oauth.callback.url"}
"""What nobody is asked for where the operator's application is used."""


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
        clients: Clients,
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
        self._clients = clients
        self._clock = clock
        self._revisions = revisions
        timeout = settings.token_timeout * settings.time_scale
        self._overrides = Overrides(egress, clock=clock)
        grants = Grants(egress, self._overrides, clock=clock, timeout_seconds=timeout)
        self._provisioning = Provisioning(clients, egress.policy, clock=clock)
        self._redemption = Redemption(database, seals, clock=clock, timeout_seconds=timeout)
        self._authorizations = Authorizations(
            database, seals, self._overrides, clients, grants, clock=clock
        )
        self._issuing = Issuing(
            grants, self._overrides, self._redemption, self._provisioning, clock=clock
        )
        self._writer = InstanceWriter(seals, grants, clock=clock, margin=settings.refresh_margin)

    def bind_life_cycle(self, run: LifeCycle) -> None:
        """Take what runs an element's life-cycle resources; the room above provides it."""
        self._provisioning.bind(run)
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

    async def request_token(
        self, principal: Principal, element: Element, request: OAuthUrlRequest
    ) -> TokenSet:
        """Return a request token of OAuth 1.0a, which `oauth_url` sends the owner away with.

        Raises:
            InvalidRequest: a parameter is missing or malformed, or the vendor refuses the client.
            VendorError: the vendor could not be asked, or its answer says nothing.
        """
        return await self._authorizations.request_token(element, request)

    async def has_operators_app(self, element: Element, *, callback_url: str) -> bool:
        """Tell whether the operator's application sends a browser back to this address."""
        try:
            return await self._clients.operators(element, callback_url=callback_url) is not None
        except InvalidRequest:
            return False

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
            client = Configured(element, instance.configuration).client()
            stored = {"oauth.api.key": client.client_id, "oauth.callback.url": client.callback_url}
            stored = {key: value for key, value in stored.items() if value}
            chosen = {key: value for key, value in draft.configuration.items() if value != MASK}
            draft = InstanceDraft(
                instance.name, instance.tags, {**stored, **chosen}, draft.instance_id
            )
        else:
            clean_name(draft.name)
            accepted = configurations.accept(element, draft.configuration)
            client = await self._clients.of(Configured(element, accepted.all()), is_consent=True)
            exempt = _OF_APPS if client.is_operators else set()
            configurations.require_complete(element, accepted, exempt=exempt)
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
                    Brought(code, pending.verifier, query),
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
        code = _code_of(data)
        if code and request.external_authentication == "none":
            verifier = await self._redeem_state(principal, request)
            instance = await self._create(principal, request, code=code, verifier=verifier)
        else:
            instance = await self._create(principal, request, code=None, verifier=None)
        return CreatedInstance(instance, _echo(data))

    async def _redeem_state(self, principal: Principal, request: NewInstance) -> str | None:
        chosen = configurations.accept(request.element, request.configuration)
        if kind_of(request.element, chosen.all()) not in BY_CODE:
            return None
        client = await self._clients.of(Configured(request.element, chosen.all()), is_consent=True)
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
        name = clean_name(request.name)
        tags = (name,) if request.tags is None else clean_tags(request.tags)
        chosen = configurations.accept(element, request.configuration)
        is_initial = request.external_authentication == "initial"
        kind = kind_of(element, chosen.all())
        client = await self._client(Configured(element, chosen.all()), kind, is_consent=True)
        exempt = {"oauth.callback.url"} if is_initial else set()
        if client.is_operators:
            exempt |= _OF_APPS
        configurations.require_complete(element, chosen, exempt=exempt)
        brought = Brought(code, verifier, request.provider_data, _held_tokens(request))
        planned = self._planned(principal, request, name, tags, chosen)
        exchanged, code_hash = await self._issuing.first(planned, element, kind, client, brought)
        tokens = None
        if exchanged is not None:
            tokens = exchanged.tokens
            chosen = chosen.with_(configurations.given_back(element, exchanged.configuration))
        try:
            chosen, news = await self._provisioning.before_creation(
                self._planned(principal, request, name, tags, chosen),
                element,
                chosen,
                given=dict(request.provider_data),
                tokens=tokens,
            )
        except ValenceError:
            # Nobody will ever use the grant that was just obtained.
            if tokens is not None:
                await self._issuing.revoke(planned, element, client, tokens)
            raise
        if tokens is None and is_session(element, kind):
            tokens = self._overrides.session(news, Configured(element, chosen.all()))
        return await self._store(principal, request, name, tags, chosen, tokens, code_hash)

    async def _client(
        self, configured: Configured, kind: AuthenticationKind, *, is_consent: bool = False
    ) -> OAuthClient:
        if not has_tokens(kind):
            return configured.client()
        return await self._clients.of(configured, is_consent=is_consent)

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
        element, organization_id = request.element, principal.organization_id
        row = await self._writer.sealed_row(principal, request, name, chosen)
        uid = str(row["uid"])
        sealed = await self._writer.sealed(chosen, organization_id=organization_id, uid=uid)
        grant = None
        if tokens is not None:
            grant = await self._writer.grant(
                tokens, element, chosen, organization_id=organization_id, uid=uid
            )
        async with self._database.write() as connection:
            instance_id = await self._writer.add(
                connection, row, element, tags, chosen=chosen, sealed=sealed, grant=grant
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
            name = clean_name(change.name)
            values |= {"name": name, "name_folded": name.casefold()}
        if "event.notification.enabled" in chosen.plain:
            values["events_enabled"] = chosen.plain["event.notification.enabled"] == "true"
        tags = None if change.tags is None else clean_tags(change.tags)
        before = replace(instance, configuration={**instance.configuration, **chosen.all()})
        kind = kind_of(element, before.configuration)
        # To a kind that knows no code it means nothing, whatever it is.
        code = _code_of(change.provider_data) if kind in BY_CONSENT else None
        if code is not None and not await self._is_own(instance, element, code):
            brought = await self._brought_again(principal, before, element, change, code=code)
            await self._reauthenticate(instance, element, chosen, brought)
            chosen = ChosenConfiguration({}, {})
        elif asks_with(element, kind, chosen.all()) and (
            _is_new(chosen, instance) or not instance.is_valid
        ):
            # What authenticates is said and nobody has to be asked: it is tried before it counts.
            await self._reauthenticate(instance, element, chosen, Brought())
            chosen = ChosenConfiguration({}, {})
        async with self._database.write() as connection:
            await hold(connection, element)
            await self._writer.change(connection, instance, values, tags)
            if "element_id" in values:
                await add_records(connection, instance, element)
            await self._writer.configure(connection, instance, chosen)
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
            await self._provisioning.before_deletion(instance, element)
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
            kind = kind_of(element, instance.configuration)
            client = await self._client(Configured(element, instance.configuration), kind)
            await self._issuing.revoke(instance, element, client, tokens)

    async def keep_configuration(self, instance: Instance, values: Mapping[str, str]) -> Instance:
        """Store configuration that a call of this instance gave back; return the new state.

        Raises:
            AddressRefused: `base.url` may not be called.
        """
        self._provisioning.check_given_back(values)
        element = await self._elements.of(instance.account_id, instance.element_id)
        chosen = configurations.given_back(element, values)
        async with self._database.write() as connection:
            await self._writer.configure(connection, instance, chosen)
            await bump(connection, "instances")
        self._revisions.announce("instances")
        return await self._required(instance.id)

    # -- inside ----------------------------------------------------------------------------------

    async def _reauthenticate(
        self,
        instance: Instance,
        element: Element,
        chosen: ChosenConfiguration,
        brought: Brought,
    ) -> Instance:
        """Give an instance new credentials, made with configuration that counts from now on."""
        changed = replace(instance, configuration={**instance.configuration, **chosen.all()})
        kind = kind_of(element, changed.configuration)
        client = await self._client(
            Configured(element, changed.configuration), kind, is_consent=brought.code is not None
        )
        exchanged, code_hash = await self._issuing.first(
            changed, element, kind, client, brought, is_new=False
        )
        if exchanged is None:
            raise InvalidRequest("There is nothing to authorize again: it has no credentials.")
        chosen = chosen.with_(configurations.given_back(element, exchanged.configuration))
        grant = await self._writer.grant(
            exchanged.tokens,
            element,
            changed,
            organization_id=instance.organization_id,
            uid=instance.uid,
        )
        async with self._database.write() as connection:
            await credentials.replace_by_consent(connection, instance.id, grant)
            await self._writer.configure(connection, instance, chosen)
            await timeline.add(
                connection,
                instance.id,
                at_ms=self._clock.now_ms(),
                kind="reauthenticated",
                message="The account's owner authorized again."
                if kind in BY_CONSENT
                else "Authenticated with what is configured now.",
            )
            if code_hash is not None:
                await self._redemption.finish(connection, code_hash, instance_id=instance.id)
            await bump(connection, "instances")
        self._revisions.announce("instances")
        self._held.forget(instance.id)
        return await self._required(instance.id)

    async def _brought_again(
        self,
        principal: Principal,
        instance: Instance,
        element: Element,
        change: InstanceChange,
        *,
        code: str,
    ) -> Brought:
        verifier = None
        if kind_of(element, instance.configuration) in BY_CODE:
            client = await self._clients.of(
                Configured(element, instance.configuration), is_consent=True
            )
            verifier = await self._authorizations.redeem_state(
                principal,
                element,
                state=change.provider_data.get("state"),
                client_id=client.client_id,
                callback_url=client.callback_url,
            )
        return Brought(code, verifier, change.provider_data)

    async def _is_own(self, instance: Instance, element: Element, code: str) -> bool:
        """Tell whether a code is the one that made this instance, sent back with it."""
        code_hash = self._redemption.code_hash(instance.organization_id, element, code)
        return await self._redemption.made(code_hash) == instance.id

    async def _required(self, instance_id: int) -> Instance:
        instance = await self._reader.by_id(instance_id)
        if instance is None:
            raise NotFound(f"No element instance found with ID {instance_id}.")
        return instance


def _held_tokens(request: NewInstance) -> dict[str, str] | None:
    """Return tokens that the caller already holds, by their names in configuration."""
    if request.external_authentication == "initial":
        return {key: _unmasked(value) for key, value in request.configuration.items()}
    data = request.provider_data
    names = {
        "access_token": "oauth.user.token",
        "refresh_token": "oauth.user.refresh_token",
        "expires_in": "oauth.user.refresh_interval",
    }
    return {key: _unmasked(data[name]) for name, key in names.items() if data.get(name)} or None


def _code_of(data: Mapping[str, str]) -> str | None:
    """Return what is redeemed once: a code, or a request token with its verifier."""
    if data.get("oauth_token") and data.get("oauth_verifier"):
        return f"{data['oauth_token']} {data['oauth_verifier']}"
    return data.get("code")


def _is_new(chosen: ChosenConfiguration, instance: Instance) -> bool:
    """Tell whether a configuration changes any value that an instance has."""
    stored = instance.configuration
    return any(
        (found.reveal() if isinstance(found := stored.get(key), Secret) else found) != value
        for key, value in {**chosen.plain, **chosen.secret}.items()
    )


def _unmasked(value: str) -> str:
    return "" if value == MASK else value


def _echo(data: Mapping[str, str]) -> dict[str, str]:
    """Return provider data as it may be answered: code and state, and that there was more."""
    secret = {"access_token", "refresh_token", "secret", "oauth_verifier", "oauth_token", "token"}
    shown = {key: data[key] for key in ("code", "state") if key in data}
    return shown | {key: MASK for key in data if key in secret or key == "apikey"}
