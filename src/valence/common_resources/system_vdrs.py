"""The system level by name, and clones of it.

What the catalog holds is the same for everybody; whoever wants it otherwise clones it into his
account or organization.

Source: the wire contract on transformations, its sections on object definitions and on clones."""

from collections.abc import Collection

from valence.common_resources.common_resources import CommonResources
from valence.common_resources.documents import Json, checked_name
from valence.common_resources.scopes import Scope, may_touch
from valence.common_resources.system_level import SystemLevel
from valence.common_resources.vdrs import Vdrs
from valence.domain import Element, InvalidRequest, NotFound, Principal
from valence.elements import Elements
from valence.storage import Place
from valence.transformations import Level


class SystemVdrs:
    """The system level by name."""

    def __init__(
        self, elements: Elements, resources: CommonResources, vdrs: Vdrs, system: SystemLevel
    ) -> None:
        self._elements = elements
        self._resources = resources
        self._vdrs = vdrs
        self._system = system

    async def definitions(self, principal: Principal) -> dict[str, Json]:
        """Return what the system level defines, by name."""
        return {one["objectName"]: one for one in await self._vdrs.all_system(principal)}

    async def definition(self, principal: Principal, name: str) -> Json:
        """Return one definition. Raises NotFound."""
        found = (await self.definitions(principal)).get(name)
        if found is None:
            raise NotFound(f"No object definition of the system found with name {name[:100]!r}.")
        return found

    async def transformations(
        self, principal: Principal, *, element: Element | None = None, name: str | None = None
    ) -> list[Json]:
        """Return the system's transformations: of an element, of an object, or both."""
        found = []
        for one in await self._system.all(principal):
            if name in (None, one.name) and (element is None or element.key in one.templates):
                found += await self._vdrs.transformations(principal, one.id, is_system_only=True)
        return [one for one in found if element is None or one["elementKey"] == element.key]

    async def clone(
        self,
        principal: Principal,
        vdr_id: int,
        *,
        level: str,
        name: object = None,
        element_keys: Collection[str] | None = (),
    ) -> Json:
        """Copy a shape with templates to the caller's account or organization, all or nothing.

        Args:
            name: what the copy is called; None: as the shape.
            element_keys: whose templates come along; None: all.

        Raises:
            NotFound: there is no such shape, or no template of an element that is named.
            InvalidRequest: the level is neither, or not the caller's to write.
            Conflict: the level has an object of that name.
        """
        held = await self._system.require(principal, vdr_id)
        scope = _target(principal, level)
        wanted = held.name if name is None else checked_name(name)
        keys: Collection[str] = held.templates
        if element_keys is not None:
            keys = [(await self._elements.require(principal, one)).key for one in element_keys]
        for key in keys:
            if key not in held.templates:
                raise NotFound(f"No template of {held.name} found for element {key}.")
        fields = [{k: v for k, v in one.items() if k != "id"} for one in held.fields]
        made = await self._resources.install(
            scope,
            wanted,
            {**held.document, "fields": fields},
            {key: held.templates[key].document for key in keys},
        )
        return await self._vdrs.one(principal, made)


def _target(principal: Principal, level: str) -> Scope:
    owners: dict[str, tuple[Level, int]] = {
        "organization": ("organization", principal.organization_id),
        "account": ("account", principal.account_id),
    }
    if level not in owners:
        raise InvalidRequest("A clone is the account's or the organization's: level says which.")
    known, owner_id = owners[level]
    if not may_touch(principal, known):
        raise InvalidRequest(
            f"The role {principal.role.value} may not write the {known} level, so nothing of the"
            " clone is for the caller to write.",
            code="nothing-to-write",
        )
    return Scope(principal.organization_id, Place(known, owner_id), known)
