"""How instances come to be, change and end, against the sandbox over a real socket."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from tests.conftest import CALLBACK, CONFIGURATION, Hub, Sim
from valence.domain import (
    MASK,
    Conflict,
    Forbidden,
    InvalidRequest,
    NotFound,
    Secret,
    Unauthenticated,
    ValenceError,
)
from valence.instances import (
    AuthorizationFailed,
    InstanceChange,
    InstanceDraft,
    NewInstance,
    OAuthUrlRequest,
    shown_configuration,
)


async def create(hub: Hub, **values: object) -> object:
    given = {"name": "N", "configuration": CONFIGURATION, **values}
    return await hub.services.instances.create(
        hub.principal,
        NewInstance(hub.element, **given),  # type: ignore[arg-type]
    )


async def count(hub: Hub) -> int:
    return len(await hub.services.instances.search(hub.principal))


async def test_a_code_makes_an_instance(hub: Hub) -> None:
    """With an id, a token, its name as tag, and nothing secret in clear."""
    instance = await hub.instance("  <b>Acme</b> @home ")
    assert instance.id == 1
    assert instance.name == "Acme @home"
    assert instance.tags == ("Acme @home",)
    assert len(instance.token.reveal()) == 44
    shown = shown_configuration(hub.element, instance)
    assert shown["oauth.api.secret"] == shown["oauth.api.key"] == MASK
    assert shown["oauth.callback.url"] == CALLBACK
    assert (await hub.instance("Two")).id == 2


@pytest.mark.parametrize(
    "table", ["instances", "instance_configuration", "credentials", "redemptions"]
)
async def test_no_secret_is_stored_in_clear(table: str, hub: Hub) -> None:
    """Neither client secret nor tokens nor code are in the tables."""
    instance = await hub.instance()
    async with hub.services.database.read() as connection:
        rows = repr((await connection.exec_driver_sql(f"SELECT * FROM {table}")).all())
    assert rows != "[]"
    for secret in ("sandbox-secret", instance.token.reveal()):
        assert secret not in rows


@pytest.mark.parametrize(
    ("values", "code", "words"),
    [
        ({"configuration": {}}, "missing-configuration", "oauth.api.key, oauth.api.secret"),
        (
            {"configuration": {**CONFIGURATION, "oauth.api.secret": MASK}},
            "missing-configuration",
            "oauth.api.secret",
        ),
        ({"name": " <i></i> "}, "missing-parameter", "name"),
        ({"name": "x" * 256}, "invalid-request", "255"),
        ({"tags": ("x" * 256,)}, "invalid-request", "tags"),
        ({"provider_data": {}}, "missing-parameter", "providerData.code"),
        ({"provider_data": {"error": "access_denied"}}, "authorization-denied", "did not allow"),
        ({"provider_data": {"code": "nonsense"}}, "code-refused", "refused the authorization code"),
        ({"external_authentication": "later"}, "invalid-request", "externalAuthentication"),
        (
            {"configuration": {**CONFIGURATION, "oauth.callback.url": "x"}},
            "invalid-request",
            "oauth.callback.url",
        ),
        (
            {"provider_data": {"code": "c", "state": "infusionsoftrest.made-up"}},
            "state-refused",
            "providerData.state",
        ),
    ],
)
async def test_what_is_wrong_is_named_and_nothing_is_stored(
    values: dict[str, object], code: str, words: str, hub: Hub
) -> None:
    """400 with a stable code; no instance is left behind."""
    with pytest.raises(InvalidRequest, match=words) as refused:
        await create(hub, **{"provider_data": {"code": "x"}, **values})
    assert refused.value.code == code
    assert await count(hub) == 0


async def test_wrong_client_and_wrong_callback_are_told_apart(hub: Hub) -> None:
    """And do not spend the code: put right, the same one works."""
    code = await hub.code()
    for change, expected in (
        ({"oauth.api.secret": "wrong"}, "client-refused"),
        ({"oauth.callback.url": "http://localhost/other"}, "redirect-mismatch"),
    ):
        with pytest.raises(InvalidRequest) as refused:
            await create(
                hub, provider_data={"code": code}, configuration={**CONFIGURATION, **change}
            )
        assert refused.value.code == expected
        assert refused.value.provider_message is not None
    await create(hub, provider_data={"code": code})


async def test_used_and_expired_codes_are_told_apart(hub: Hub, sim: Sim) -> None:
    """A used one by our own memory, an expired one by the vendor's word."""
    code = await hub.code()
    await create(hub, provider_data={"code": code})
    with pytest.raises(InvalidRequest) as used:
        await create(hub, provider_data={"code": code})
    assert used.value.code == "code-already-used"
    late = await hub.code()
    sim.post("clock", advanceSeconds=301)
    with pytest.raises(InvalidRequest) as expired:
        await create(hub, provider_data={"code": late})
    assert expired.value.code == "code-expired"
    sim.post("switches", oauth_error_texts="custom")
    with pytest.raises(InvalidRequest) as unknown:
        await create(hub, provider_data={"code": "zzz"})
    assert unknown.value.code == "code-refused"


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("html", 502, "vendor-refused"),
        ("500", 502, "vendor-refused"),
        ("429", 429, "vendor-refused"),
        ("cut", 502, "vendor-malformed"),
    ],
)
async def test_a_vendor_out_of_order_spends_nothing(
    kind: str, status: int, code: str, hub: Hub, sim: Sim
) -> None:
    """Whatever it answers, nothing is stored, a retry is invited, and then works."""
    given = await hub.code()
    sim.post("faults", kind=kind, path="/token")
    with pytest.raises(ValenceError) as failed:
        await create(hub, provider_data={"code": given})
    assert (failed.value.status, failed.value.code, failed.value.retryable) == (status, code, True)
    assert await count(hub) == 0
    await create(hub, provider_data={"code": given})


async def test_a_slow_vendor_is_a_timeout(
    open_hub: Callable[..., Awaitable[Hub]], sim: Sim
) -> None:
    """504, retryable, nothing stored."""
    hub = await open_hub(token_timeout=0.3)
    code = await hub.code()
    sim.post("token-delay", seconds=1.0)
    with pytest.raises(ValenceError) as failed:
        await create(hub, provider_data={"code": code})
    assert (failed.value.status, failed.value.code) == (504, "vendor-timeout")


async def test_a_double_submission_makes_one_instance(
    open_hub: Callable[..., Awaitable[Hub]], sim: Sim
) -> None:
    """From two processes at the same moment: one instance, the others are told why not."""
    hubs = [await open_hub(), await open_hub()]
    code = await hubs[0].code()
    sim.post("token-delay", seconds=0.2)
    outcomes = await asyncio.gather(
        *(create(hub, provider_data={"code": code}) for hub in hubs * 3), return_exceptions=True
    )
    refused = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
    assert len(refused) == 5
    assert {type(one) for one in refused} <= {Conflict, InvalidRequest}
    assert await count(hubs[0]) == 1


async def test_tokens_of_the_callers_own_are_taken(hub: Hub, sim: Sim) -> None:
    """`initial`: with an access token as it is, with a refresh token alone by refreshing at once."""
    granted = sim.post("grants")
    base = {"external_authentication": "initial"}
    both = {
        "oauth.user.token": granted["access_token"],
        "oauth.user.refresh_token": granted["refresh_token"],
    }
    client = {key: CONFIGURATION[key] for key in ("oauth.api.key", "oauth.api.secret")}
    first = await create(hub, **base, configuration={**client, **both})
    assert first.instance.external_authentication == "initial"  # type: ignore[attr-defined]
    assert sim.refreshes()["received"] == 0
    other = sim.post("grants")
    await create(
        hub, **base, configuration={**client, "oauth.user.refresh_token": other["refresh_token"]}
    )
    assert sim.refreshes()["succeeded"] == 1
    with pytest.raises(InvalidRequest) as refused:
        await create(hub, **base, configuration={**client, "oauth.user.refresh_token": "bad"})
    assert refused.value.code == "refresh-token-refused"
    with pytest.raises(InvalidRequest, match=r"oauth\.user\.token"):
        await create(hub, **base, configuration=client)


async def test_provider_data_is_echoed_without_secrets(hub: Hub) -> None:
    """Code and state as sent, tokens masked, the rest left out."""
    data = {"code": await hub.code(), "state": "mine", "refresh_token": "r", "junk": "j"}
    created = await create(hub, provider_data=data)
    assert created.provider_data == {"code": data["code"], "state": "mine", "refresh_token": MASK}  # type: ignore[attr-defined]


async def test_a_bound_state_is_asked_for_once(hub: Hub) -> None:
    """It is required as issued, and spent by its use."""
    made = await hub.services.instances.oauth_url(
        hub.principal, hub.element, OAuthUrlRequest("sandbox-client", CALLBACK, is_bound=True)
    )
    state = made.url.split("state=")[1].split("&")[0]
    assert state.startswith("infusionsoftrest.")
    await create(hub, provider_data={"code": await hub.code(), "state": state})
    with pytest.raises(InvalidRequest) as spent:
        await create(hub, provider_data={"code": await hub.code(), "state": state})
    assert spent.value.code == "state-refused"


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        (OAuthUrlRequest("", ""), "apiKey, callbackUrl"),
        (OAuthUrlRequest("k", "ftp://x"), "callbackUrl"),
        (OAuthUrlRequest("k", "https://x#f"), "fragment"),
        (OAuthUrlRequest("k", "https:"), "callbackUrl"),
        (OAuthUrlRequest("k", "http://[x"), "callbackUrl"),
    ],
)
async def test_bad_parameters_of_the_address_are_named(
    request_: OAuthUrlRequest, words: str, hub: Hub
) -> None:
    """400 naming them."""
    with pytest.raises(InvalidRequest, match=words):
        await hub.services.instances.oauth_url(hub.principal, hub.element, request_)


async def begin(hub: Hub, draft: InstanceDraft, browser: str = "b") -> str:
    return await hub.services.instances.begin_authorization(
        hub.principal, hub.element, draft, browser=browser
    )


async def test_the_consoles_flow_belongs_to_its_browser(hub: Hub) -> None:
    """Finished in the browser that began it; elsewhere and twice it is not known."""
    from valence.cli.visitor import consent

    draft = InstanceDraft("Mine", ("a",), CONFIGURATION)
    back = await asyncio.to_thread(consent, await begin(hub, draft))
    with pytest.raises(AuthorizationFailed) as foreign:
        await hub.services.instances.finish_authorization(hub.principal, back, browser="other")
    assert foreign.value.code == "authorization-expired"
    back = await asyncio.to_thread(consent, await begin(hub, draft))
    instance = (
        await hub.services.instances.finish_authorization(hub.principal, back, browser="b")
    ).instance
    assert (instance.name, instance.tags) == ("Mine", ("a",))
    with pytest.raises(AuthorizationFailed):
        await hub.services.instances.finish_authorization(hub.principal, back, browser="b")


async def test_a_denial_comes_back_with_what_was_typed(hub: Hub) -> None:
    """Whose turn it is, and the draft, so that nothing is lost."""
    from valence.cli.visitor import consent

    url = await begin(hub, InstanceDraft("Mine", (), CONFIGURATION))
    back = await asyncio.to_thread(consent, url, allow=False)
    with pytest.raises(AuthorizationFailed) as denied:
        await hub.services.instances.finish_authorization(hub.principal, back, browser="b")
    assert denied.value.code == "authorization-denied"
    assert denied.value.whose == "resource-owner"
    assert denied.value.draft is not None
    assert denied.value.draft.name == "Mine"
    with pytest.raises(AuthorizationFailed) as empty:
        await hub.services.instances.finish_authorization(hub.principal, {}, browser="b")
    assert empty.value.code == "callback-malformed"


async def test_reauthentication_keeps_id_and_token(hub: Hub, sim: Sim) -> None:
    """By API with a new code, by console with a draft; a refused grant is revived."""
    from valence.cli.visitor import consent

    instance = await hub.instance()
    sim.post("revoke")
    with pytest.raises(ValenceError):
        await hub.services.credentials.refresh_now(instance)
    assert not (await hub.services.instances.get(hub.principal, instance.id)).is_valid
    change = InstanceChange(provider_data={"code": await hub.code()})
    renewed = await hub.services.instances.update(hub.principal, instance.id, change)
    assert (renewed.id, renewed.token, renewed.is_valid) == (instance.id, instance.token, True)
    url = await begin(hub, InstanceDraft("", instance_id=instance.id))
    back = await asyncio.to_thread(consent, url)
    again = (
        await hub.services.instances.finish_authorization(hub.principal, back, browser="b")
    ).instance
    assert again.token == instance.token
    kinds = [e.kind for e in await hub.services.instances.timeline(hub.principal, instance.id)]
    assert kinds == ["reauthenticated", "reauthenticated", "needs-owner", "issued"]


async def test_changes_merge_and_a_mask_changes_nothing(hub: Hub) -> None:
    """Name, tags and values named; the rest and the secrets stay; an echoed code is no new one."""
    code = await hub.code()
    made = await create(hub, provider_data={"code": code})
    instance = made.instance  # type: ignore[attr-defined]
    echo = shown_configuration(hub.element, instance)
    change = InstanceChange(name="New", configuration=echo, provider_data={"code": code})
    changed = await hub.services.instances.update(hub.principal, instance.id, change)
    assert changed.name == "New"
    assert changed.configuration["oauth.api.secret"] == Secret("sandbox-secret")
    change = InstanceChange(
        tags=(),
        configuration={"filter.response.nulls": "false", "base.url": "https://evil.example"},
    )
    changed = await hub.services.instances.update(hub.principal, instance.id, change)
    assert changed.tags == ()
    assert changed.configuration["filter.response.nulls"] == "false"
    assert "base.url" not in changed.configuration
    await hub.services.credentials.refresh_now(changed)


async def test_configuration_records_have_ids_of_their_own(hub: Hub) -> None:
    """Defaults included, secrets masked, changed one by one."""
    instance = await hub.instance()
    service = hub.services.instances
    records = {r.key: r for r in await service.configuration_records(hub.principal, instance.id)}
    assert records["filter.response.nulls"].value == "true"
    assert records["oauth.api.secret"].value == MASK
    assert len({record.id for record in records.values()}) == len(records)
    number = records["filter.response.nulls"].id
    changed = await service.update_configuration_record(hub.principal, instance.id, number, "false")
    assert (changed.id, changed.value) == (number, "false")
    with pytest.raises(NotFound):
        await service.update_configuration_record(hub.principal, instance.id, 10**6, "x")


async def test_search_finds_by_text_tag_element_and_state(hub: Hub) -> None:
    """Criteria hold together; pages continue after an id."""
    for name in ("Alpha", "Beta", "Äther"):
        await hub.instance(name)
    service, me = hub.services.instances, hub.principal

    async def names(**query: object) -> list[str]:
        return [one.name for one in await service.search(me, **query)]  # type: ignore[arg-type]

    assert await names(text="ÄTH") == ["Äther"]
    assert await names(text="infusion") == ["Alpha", "Beta", "Äther"]
    assert await names(text="%") == []
    assert await names(tags=("Beta",)) == ["Beta"]
    assert await names(tags=("Beta",), text="alpha") == []
    assert await names(element=replace(hub.element, id=1, key="other")) == []
    assert await names(element=hub.element) == ["Alpha", "Beta", "Äther"]
    assert await names(after_id=1, limit=1) == ["Beta"]
    await service.set_enabled(me, 1, is_enabled=False)
    assert await names(state="disabled") == ["Alpha"]
    assert await names(state="connected") == ["Beta", "Äther"]
    assert await service.counts_by_state(me) == {"connected": 2, "disabled": 1, "needs-owner": 0}
    assert await service.counts_by_element(me) == {"infusionsoftrest": 3}
    assert await service.counts_by_element_id(me) == {hub.element.id: 3}
    assert await service.tags_in_use(me) == ["Alpha", "Beta", "Äther"]


async def test_another_account_sees_nothing(hub: Hub) -> None:
    """403 for what exists, 404 for what does not."""
    instance = await hub.instance()
    made = await hub.services.tenancy.bootstrap(email="x@y.example", password="Str0ng-two!")
    from valence.domain import CallerSecrets

    other = await hub.services.callers.authenticate(
        CallerSecrets(
            user=made.user_secret.reveal(), organization=made.organization_secret.reveal()
        )
    )
    with pytest.raises(Forbidden):
        await hub.services.instances.get(other, instance.id)
    assert await hub.services.instances.search(other) == []
    for unknown in (0, -1, 999, 10**30):
        with pytest.raises(NotFound):
            await hub.services.instances.get(other, unknown)


async def test_disabling_and_deleting_reach_other_processes_at_once(
    open_hub: Callable[..., Awaitable[Hub]],
) -> None:
    """What another process remembers is forgotten."""
    mine, theirs = await open_hub(), await open_hub()
    instance = await mine.instance()
    token = instance.token.reveal()
    assert not (await theirs.services.instances.by_token(token)).is_disabled
    await theirs.services.instances.by_token(token)
    assert theirs.services.instances.cached_by_token(token) is not None
    await mine.services.instances.set_enabled(mine.principal, instance.id, is_enabled=False)
    assert theirs.services.instances.cached_by_token(token) is None
    assert (await theirs.services.instances.by_token(token)).is_disabled
    await mine.services.instances.delete(mine.principal, instance.id)
    with pytest.raises(Unauthenticated):
        await theirs.services.instances.by_token(token)
    async with mine.services.database.read() as connection:
        for table in ("instances", "credentials", "instance_configuration", "timeline"):
            assert (await connection.exec_driver_sql(f"SELECT * FROM {table}")).all() == []
