"""A call whose parts are remembered does no SQL, whoever the element belongs to."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import event

from tests.conftest import CALLBACK, CONFIGURATION, Hub
from valence.cli.visitor import consent
from valence.gateway import ResourceRequest
from valence.instances import NewInstance, OAuthUrlRequest


@pytest.mark.parametrize("whose", ["catalog", "extended", "own", "mapped"])
async def test_a_warm_call_does_no_sql(whose: str, hub: Hub) -> None:
    """The catalog's element, one with a resource of the account's, one of its own; a mapped one."""
    services, me = hub.services, hub.principal
    element = hub.element
    if whose == "extended":
        body = {"method": "GET", "path": "/mine", "vendorPath": "/tags"}
        await services.element_parts.add(me, element.key, "resources", body)
        element = await services.elements.require(me, element.key)
    if whose == "own":
        element = await services.elements.clone(me, element.key)
    if whose == "mapped":
        scope = services.scopes.organization(me)
        await services.common_resources.define(scope, {"mine": {"fields": []}})
        fields = [{"path": "key", "vendorPath": "id"}]
        body = {"vendorName": "contacts", "fields": fields}
        await services.common_resources.map(scope, element.key, {"mine": body})
    url = await services.instances.oauth_url(
        me, element, OAuthUrlRequest("sandbox-client", CALLBACK)
    )
    code = (await asyncio.to_thread(consent, url.url))["code"]
    made = await services.instances.create(
        me,
        NewInstance(element, "Warm", provider_data={"code": code}, configuration=CONFIGURATION),
    )
    assert made.instance.element_id == element.id
    secrets = replace(hub.secrets, element=made.instance.token.reveal())
    path = "/mine" if whose in ("extended", "mapped") else "/contacts"
    request = ResourceRequest(secrets, "GET", path, (("pageSize", "1"),))
    first = await services.gateway.handle(request)
    statements: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_more: object) -> None:
        statements.append(statement)

    engine = services.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        again = await services.gateway.handle(request)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert again.body == first.body
    assert statements == []
