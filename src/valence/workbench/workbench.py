"""The workbench of whoever maps an object."""

from typing import Any

from valence.common_resources import Draft, Drafted, Drafts, Scope, Scopes, require_mappable
from valence.domain import Element, Instance, NotFound, Principal, Privilege, require_privilege
from valence.elements import Catalog, Elements
from valence.gateway import Gateway, Made, Sample
from valence.instances import Instances
from valence.transformations import (
    Coverage,
    Suggestion,
    Transformation,
    compile_plan,
    coverage,
    suggest,
)
from valence.workbench.canon import canon_of

SAMPLED = 25


class Workbench:
    """Samples, coverage, previews and suggestions.

    Everything needs the privilege to view common objects. A draft with a script needs the one to
    edit them: it runs what it brings. An instance must be one of the caller's account.
    """

    def __init__(
        self,
        instances: Instances,
        elements: Elements,
        catalog: Catalog,
        scopes: Scopes,
        drafts: Drafts,
        gateway: Gateway,
    ) -> None:
        self._instances = instances
        self._elements = elements
        self._catalog = catalog
        self._scopes = scopes
        self._drafts = drafts
        self._gateway = gateway

    async def sample(
        self,
        principal: Principal,
        instance_id: int,
        name: str,
        *,
        vendor_name: str | None = None,
        where: str | None = None,
        size: int = SAMPLED,
        record_id: str | None = None,
        next_page: str | None = None,
    ) -> Sample:
        """Return records of an object as the vendor has them, with all that is known of its fields.

        Args:
            name: of an object of the vendor, of a resource, or of one of the caller's own, which is
                followed to what it is mapped to.
            vendor_name: what the object would be mapped to, where that is not stored.

        Raises:
            NotFound, Forbidden: there is no such instance for the caller.
            Forbidden: also where calls show the records in another shape, and the caller may not
                change that shape.
            ValenceError: as a call.
        """
        instance = await self._instance(principal, instance_id)
        return await self._gateway.sample(
            principal,
            instance,
            name,
            vendor_name=vendor_name,
            where=where,
            size=size,
            record_id=record_id,
            next_page=next_page,
        )

    async def coverage(
        self,
        principal: Principal,
        instance_id: int,
        name: str,
        draft: Draft | None = None,
        *,
        size: int = SAMPLED,
        sample: Sample | None = None,
    ) -> Coverage:
        """Return what becomes of every field of an object, as it is stored or with a draft.

        Args:
            sample: of what the object is or would be mapped to, where it is at hand: then the
                vendor is not asked.

        Raises:
            NotFound: without a draft: the object is not mapped.
            InvalidRequest: the draft cannot be read; the message says which field.
            ValenceError: as `sample`.
        """
        instance = await self._instance(principal, instance_id)
        element = await self._elements.of(instance.account_id, instance.element_id)
        drafted = await self._drafted(principal, self._scopes.of(instance), element, name, draft)
        transformation = _required(drafted, name)
        if sample is None:
            sample = await self._gateway.sample(
                principal, instance, name, vendor_name=transformation.vendor_name, size=size
            )
        return coverage(
            transformation,
            sample.records,
            sample.fields,
            definition=[(one.path, one.type) for one in drafted.fields],
        )

    async def preview(
        self,
        principal: Principal,
        instance_id: int,
        name: str,
        draft: Draft | None,
        payload: Any,
        *,
        method: str = "GET",
        asks_provenance: bool = False,
    ) -> Made:
        """Return what an object's transformation makes of a payload; nothing is sent.

        Args:
            draft: None: as it is stored.
            payload: a record or a list of them: the vendor's, or the caller's where the `method`
                is POST, PUT or PATCH.

        Raises:
            NotFound, InvalidRequest: as `coverage`.
        """
        instance = await self._instance(principal, instance_id)
        element = await self._elements.of(instance.account_id, instance.element_id)
        drafted = await self._drafted(principal, self._scopes.of(instance), element, name, draft)
        return await self._tried(drafted, name, payload, method, asks_provenance)

    async def preview_for_element(
        self,
        principal: Principal,
        element: str,
        name: str,
        draft: Draft | None,
        payload: Any,
        *,
        method: str = "GET",
        asks_provenance: bool = False,
    ) -> Made:
        """Return the same for an element, by key or id, as the caller's organization maps it.

        A draft of the level `account` is that of the caller's account.
        """
        require_privilege(principal.role, Privilege.VIEW_COMMON_OBJECTS)
        known = await self._elements.require(principal, element)
        scope = self._scopes.organization(principal)
        if draft is not None and draft.level == "account":
            scope = await self._scopes.account(principal)
        drafted = await self._drafted(principal, scope, known, name, draft)
        return await self._tried(drafted, name, payload, method, asks_provenance)

    async def suggest(
        self,
        principal: Principal,
        instance_id: int,
        name: str,
        vendor_name: str | None = None,
        *,
        draft: Draft | None = None,
        size: int = SAMPLED,
        sample: Sample | None = None,
    ) -> list[Suggestion]:
        """Return where the vendor likely has the fields of an object's definition, surest first.

        Args:
            vendor_name: the vendor's object; None: what the object is mapped to.
            draft: what it maps already is left out, on both sides.
            sample: as in `coverage`.

        Raises:
            NotFound: the object is neither defined nor mapped.
            ValenceError: as `sample`.
        """
        instance = await self._instance(principal, instance_id)
        element = await self._elements.of(instance.account_id, instance.element_id)
        drafted = await self._drafted(principal, self._scopes.of(instance), element, name, draft)
        own = drafted.transformation
        if vendor_name is None:
            vendor_name = name if own is None else own.vendor_name
        if sample is None:
            sample = await self._gateway.sample(
                principal, instance, name, vendor_name=vendor_name, size=size
            )
        mapped = () if draft is None or own is None else own.fields
        paths = {one.path for one in mapped}
        taken = {one.vendor_path for one in mapped}
        return suggest(
            [(one.path, one.type) for one in drafted.fields if one.path not in paths],
            [one for one in sample.fields if one.path not in taken],
            canon=canon_of(
                element, {vendor_name, sample.path.split("/")[1]}, others=self._catalog.all()
            ),
        )

    # -- inside ----------------------------------------------------------------------------------

    async def _instance(self, principal: Principal, instance_id: int) -> Instance:
        require_privilege(principal.role, Privilege.VIEW_COMMON_OBJECTS)
        return await self._instances.get(principal, instance_id)

    async def _drafted(
        self, principal: Principal, scope: Scope, element: Element, name: str, draft: Draft | None
    ) -> Drafted:
        require_mappable(element)
        if draft is not None and draft.has_script:
            require_privilege(principal.role, Privilege.EDIT_COMMON_OBJECTS)
        return await self._drafts.found(scope, element.key, name, draft)

    async def _tried(
        self, drafted: Drafted, name: str, payload: Any, method: str, asks_provenance: bool
    ) -> Made:
        return await self._gateway.try_mapping(
            compile_plan(_required(drafted, name)),
            payload,
            method=method,
            asks_provenance=asks_provenance,
        )


def _required(drafted: Drafted, name: str) -> Transformation:
    if drafted.transformation is None:
        raise NotFound(f"No transformation found for object {name[:100]!r}.")
    return drafted.transformation
