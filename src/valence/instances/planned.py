"""An instance before it is stored, as its element's own resources see it."""

from collections.abc import Mapping

from valence.domain import Element, Instance, InstanceOwner, Principal, Secret


def planned_instance(
    principal: Principal,
    element: Element,
    *,
    configuration: Mapping[str, str | Secret],
    now_ms: int,
    name: str = "",
    tags: tuple[str, ...] = (),
) -> Instance:
    """Return an instance that has no id, no token and no credentials yet."""
    return Instance(
        id=0,
        uid="",
        organization_id=principal.organization_id,
        account_id=principal.account_id,
        owner=InstanceOwner(principal.user_id, "", "", ""),
        element_key=element.key,
        element_id=element.id,
        name=name,
        token=Secret(""),
        tags=tags,
        configuration=configuration,
        external_authentication="none",
        is_valid=True,
        is_disabled=False,
        events_enabled=False,
        created_ms=now_ms,
        updated_ms=now_ms,
    )
