"""The system level by id: the canonical shapes with the templates of elements, and their clones.

What the catalog holds is the same for everybody and nobody's to write: a change leaves it as it is
and is told to be ignored. Whoever wants it otherwise clones it into his account or organization.

Source: the wire contract on transformations, its sections on the VDR view and on clones."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from zlib import crc32

from valence.common_resources.common_resources import CommonResources
from valence.common_resources.documents import Json, checked_name
from valence.common_resources.scopes import Scope, may_touch
from valence.common_resources.vdrs import Answer, Vdrs
from valence.domain import Element, InvalidRequest, NotFound, Principal
from valence.domain.elements import SYSTEM_ACCOUNT
from valence.elements import CanonicalObject, Elements, canonical_objects, templates_of
from valence.storage import Place
from valence.transformations import Level

FIRST_SYSTEM_ID = 2**52
"""From here on ids are derived from names: tenants' are counted and never come so far, and every
client that keeps numbers as floats still tells one from the next."""


def is_system_id(number: int) -> bool:
    """Tell whether an id is of the system level."""
    return number >= FIRST_SYSTEM_ID


def system_id(*names: str) -> int:
    """Return the id of what names say; the same on every start and every machine."""
    return FIRST_SYSTEM_ID + crc32("\n".join(names).encode())


@dataclass(frozen=True, slots=True)
class _Held:
    """A shape and its templates by element key."""

    shape: CanonicalObject
    elements: dict[str, Element]
    templates: dict[str, Json]

    @property
    def names(self) -> tuple[str, str]:
        return self.shape.hub, self.shape.name


class SystemVdrs:
    """The system level of the view by id."""

    def __init__(self, elements: Elements, resources: CommonResources, vdrs: Vdrs) -> None:
        self._elements = elements
        self._resources = resources
        self._vdrs = vdrs

    async def all(self, principal: Principal) -> list[Json]:
        """Return every canonical shape."""
        return [_shown(held) for held in await self._held(principal)]

    async def one(self, principal: Principal, vdr_id: int) -> Json:
        """Return a shape. Raises NotFound."""
        return _shown(await self._require(principal, vdr_id))

    async def transformations(self, principal: Principal, vdr_id: int) -> list[Json]:
        """Return a shape's templates, one for each element. Raises NotFound."""
        return _mapped(await self._require(principal, vdr_id))

    async def transformation(self, principal: Principal, vdr_id: int, number: int) -> Json:
        """Return one template. Raises NotFound."""
        for one in await self.transformations(principal, vdr_id):
            if one["id"] == number:
                return one
        raise NotFound(f"No transformation found with ID {number}.")

    async def clone(
        self,
        principal: Principal,
        vdr_id: int,
        *,
        level: str,
        name: object = None,
        element_keys: Collection[str] | None = (),
    ) -> Answer:
        """Copy a shape with templates to the caller's account or organization, all or nothing.

        Args:
            name: what the copy is called; None: as the shape.
            element_keys: whose templates come along; None: all.

        Raises:
            NotFound: there is no such shape, or no template of an element that is named.
            InvalidRequest: the level is neither, or not the caller's to write.
            Conflict: the level has an object of that name.
        """
        held = await self._require(principal, vdr_id)
        scope = _target(principal, level)
        wanted = held.shape.name if name is None else checked_name(name)
        templates = held.templates
        if element_keys is not None:
            templates = {}
            for named in element_keys:
                key = (await self._elements.require(principal, named)).key
                if key not in held.templates:
                    raise NotFound(f"No template of {held.shape.name} found for element {key}.")
                templates[key] = held.templates[key]
        made = await self._resources.install(scope, wanted, _definition(held), templates)
        return await self._vdrs.one(principal, made)

    async def _require(self, principal: Principal, vdr_id: int) -> _Held:
        for held in await self._held(principal):
            if system_id(*held.names) == vdr_id:
                return held
        raise NotFound(f"No common resource of the system found with ID {vdr_id}.")

    async def _held(self, principal: Principal) -> list[_Held]:
        known = await self._elements.all(principal)
        # By its key an element of the account's own comes before one of the catalog.
        known.sort(key=lambda element: element.owner_account_id != SYSTEM_ACCOUNT)
        found = []
        for shape in canonical_objects():
            held = _Held(shape, {}, {})
            for element in known:
                template = templates_of(element).get(shape.name)
                if element.hub == shape.hub and template is not None:
                    held.elements[element.key] = element
                    held.templates[element.key] = template
            found.append(held)
        return found


def _definition(held: _Held) -> Json:
    rows = [{"path": path, "type": type_} for path, type_ in held.shape.fields.items()]
    return {"description": held.shape.description, "fields": rows}


def _shown(held: _Held) -> Json:
    return {
        "id": system_id(*held.names),
        "name": held.shape.name,
        "objectName": held.shape.name,
        "description": held.shape.description,
        "vdrShared": False,
        "level": "system",
        "fields": [
            {"id": system_id(*held.names, path), "path": path, "type": type_, "level": "system"}
            for path, type_ in held.shape.fields.items()
        ],
        "elementInstanceIds": [],
        "mappedElementIds": sorted(element.id for element in held.elements.values()),
    }


def _mapped(held: _Held) -> list[Json]:
    found = []
    for key, template in held.templates.items():
        script: Any = template.get("script")
        fields = [
            {**one, "vdrFieldId": system_id(*held.names, one["path"])} for one in template["fields"]
        ]
        found.append(
            {
                "id": system_id("transformation", *held.names, key),
                **template,
                "fields": fields,
                "scripts": [script] if script else [],
                "element": {"key": key},
                "elementKey": key,
            }
        )
    return found


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
