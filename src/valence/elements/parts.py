"""The parts of an element, one at a time: configuration, parameters, hooks, resources, models,
objects and their fields.

An own element's parts can all be changed. On an element of the catalog an account can add
resources, models and objects of its own and change those; the catalog's parts stay as they are.
Source: the wire contract on sub-resources; what it leaves open is decided in docs/decisions."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from valence.domain import (
    MASK,
    Conflict,
    Element,
    Forbidden,
    InvalidRequest,
    NotFound,
    Principal,
)
from valence.elements import document as shapes
from valence.elements.check import identity_of
from valence.elements.document import Json, rows
from valence.elements.elements import Allocate, Elements
from valence.elements.exchange import element_to_wire, is_secret_entry
from valence.elements.identity import BOOKKEEPING

Kind = Literal["parameters", "hooks", "resources", "models", "objects", "fields"]
_INNER = ("parameters", "hooks", "fields", "modelFields")
"""The lists of parts inside of a part."""

MIME_TYPES = ("application/javascript", "javascript")


@dataclass(frozen=True, slots=True)
class _Rule:
    """How the parts of one kind behave.

    `needs` are the fields that a new one brings; `same` tells by what two are the same one, of
    which there is one at most; `holder` says inside of what a part with a holder stands.
    """

    noun: str
    shape: Callable[[Mapping[str, object]], Json]
    needs: tuple[str, ...]
    same: Callable[[Json], object] | None = None
    can_extend: bool = False
    holder: str = "resources"


def _name_of(row: Json) -> object:
    return row["name"]


def _field(row: Mapping[str, object]) -> Json:
    return {name: value for name, value in row.items() if value is not None}


def _with_rows(name: str) -> Callable[[Mapping[str, object]], Json]:
    def shape(row: Mapping[str, object]) -> Json:
        given: Json = {name: []} | _field(row)
        if not isinstance(given[name], list):
            raise InvalidRequest(f"{name}: expected a list.", code="bad-body")
        return given

    return shape


_RULES: Mapping[Kind, _Rule] = {
    "parameters": _Rule("parameter", shapes.parameter, ("name", "type")),
    "hooks": _Rule("hook", shapes.hook, ("type", "body")),
    "resources": _Rule("resource", shapes.resource, ("method", "path"), identity_of, True),
    "models": _Rule("model", _with_rows("modelFields"), ("name",), _name_of, True),
    "objects": _Rule("object", _with_rows("fields"), ("name",), _name_of, True),
    "fields": _Rule("field", _field, ("name",), _name_of, holder="objects"),
}


class ElementParts:
    """Reads and changes parts of elements."""

    def __init__(self, elements: Elements) -> None:
        self._elements = elements

    # -- parts with an id ------------------------------------------------------------------------

    async def rows(
        self,
        principal: Principal,
        key_or_id: str,
        kind: Kind,
        *,
        inside: int | None = None,
        is_own_only: bool = False,
    ) -> list[Json]:
        """Return the parts of a kind, of an element or inside of one of its parts.

        Args:
            inside: the id of the resource, or of the object for fields.
            is_own_only: without those of the catalog.

        Raises:
            NotFound: no such element, or nothing with the id `inside`. Forbidden.
        """
        element = await self._elements.require(principal, key_or_id)
        holder = _holder(element_to_wire(element), kind, inside)
        found = rows(holder.get(kind))
        if is_own_only:
            found = [row for row in found if _is_own(element, row, principal)]
        return [_shown(element, kind, row) for row in found]

    async def row(
        self,
        principal: Principal,
        key_or_id: str,
        kind: Kind,
        row_id: int,
        *,
        inside: int | None = None,
    ) -> Json:
        """Return one part. Raises NotFound, Forbidden."""
        found = await self.rows(principal, key_or_id, kind, inside=inside)
        return _pick(found, kind, row_id)

    async def add(
        self,
        principal: Principal,
        key_or_id: str,
        kind: Kind,
        body: Json,
        *,
        inside: int | None = None,
    ) -> Json:
        """Store a new part and return it with its id.

        Raises:
            InvalidRequest: it cannot work. Conflict: one like it is there.
            NotFound: no such element or part to add to; also parts of the catalog's resources,
                parameters and hooks of its elements. Forbidden.
        """
        rule = _RULES[kind]
        given = _without_bookkeeping(body)
        _require_fields(given, rule)

        def edit(stored: Json, allocate: Allocate) -> tuple[Json, Json]:
            holder = _editable(stored, element, kind, inside)
            row = {"id": allocate(), **_checked(kind, given, None)}
            if kind in ("resources", "models", "objects"):
                row["ownerAccountId"] = principal.account_id
            row = _with_inner_ids(row, {}, allocate)
            _refuse_twin(rows(holder.get(kind)), row, rule)
            holder[kind] = [*rows(holder.get(kind)), row]
            return stored, row

        element = await self._editable_element(principal, key_or_id, kind, inside)
        made = await self._elements.edit(principal, element, edit, brought=body)
        return await self._as_read(principal, element, kind, made, inside)

    async def replace(
        self,
        principal: Principal,
        key_or_id: str,
        kind: Kind,
        row_id: int,
        body: Json,
        *,
        inside: int | None = None,
    ) -> Json:
        """Change what a body brings of a part; what it leaves out stays, null takes it away.

        Raises:
            As `add`.
        """
        rule = _RULES[kind]
        given = _without_bookkeeping(body)

        def edit(stored: Json, allocate: Allocate) -> tuple[Json, Json]:
            holder = _editable(stored, element, kind, inside)
            found = rows(holder.get(kind))
            before = _own_row(element, found, kind, row_id)
            row = {**_checked(kind, before | given, before), "id": row_id}
            row = _with_inner_ids(row, before, allocate)
            _refuse_twin([other for other in found if other is not before], row, rule)
            holder[kind] = [row if other is before else other for other in found]
            return stored, row

        element = await self._editable_element(principal, key_or_id, kind, inside)
        changed = await self._elements.edit(principal, element, edit, brought=body)
        return await self._as_read(principal, element, kind, changed, inside)

    async def remove(
        self,
        principal: Principal,
        key_or_id: str,
        kind: Kind,
        row_id: int,
        *,
        inside: int | None = None,
    ) -> None:
        """Delete a part. Raises as `add`."""

        def edit(stored: Json, _allocate: Allocate) -> tuple[Json, None]:
            holder = _editable(stored, element, kind, inside)
            found = rows(holder.get(kind))
            gone = _own_row(element, found, kind, row_id)
            holder[kind] = [row for row in found if row is not gone]
            return stored, None

        element = await self._editable_element(principal, key_or_id, kind, inside)
        await self._elements.edit(principal, element, edit)

    async def upsert_model(self, principal: Principal, key_or_id: str, body: Json) -> Json:
        """Add a model, or change the one that has its id or its name. Raises as `add`."""
        known = await self.rows(principal, key_or_id, "models")
        named = [row for row in known if row["name"] == body.get("name")]
        same = [row for row in known if row["id"] == body.get("id")] or named
        if not same:
            return await self.add(principal, key_or_id, "models", body)
        return await self.replace(principal, key_or_id, "models", same[0]["id"], body)

    # -- configuration, by key -------------------------------------------------------------------

    async def add_entry(self, principal: Principal, key_or_id: str, body: Json) -> Json:
        """Add a configuration entry.

        Raises:
            InvalidRequest: name, key or description are missing.
            Conflict: the element has an entry of that key; the standard ones are all there.
            NotFound, Forbidden: not the account's own element.
        """
        given = _without_bookkeeping(body)
        missing = [name for name in ("name", "key", "description") if not given.get(name)]
        if missing:
            raise _missing(missing)

        def edit(stored: Json, allocate: Allocate) -> tuple[Json, str]:
            entry = {"id": allocate(), **shapes.entry(given)}
            found = rows(stored["configuration"])
            _refuse_known_key(found, entry["key"])
            return stored | {"configuration": [*found, entry]}, entry["key"]

        element = await self._elements.own(principal, key_or_id)
        key = await self._elements.edit(principal, element, edit, brought=body)
        return await self._entry(principal, element, key)

    async def replace_entry(
        self, principal: Principal, key_or_id: str, key: str, body: Json
    ) -> Json:
        """Change an entry; the body may bring another key, under which it is known from then on.

        Raises:
            NotFound: no such element or key. Conflict: the other key is taken. Forbidden.
        """
        given = _without_bookkeeping(body)

        def edit(stored: Json, _allocate: Allocate) -> tuple[Json, str]:
            found = rows(stored["configuration"])
            before = _entry_of(found, key)
            entry = shapes.entry(before | given) | {"id": before["id"]}
            if is_secret_entry(entry) and given.get("defaultValue") in (None, MASK):
                entry.pop("defaultValue", None)
                if "defaultValue" in before:
                    entry["defaultValue"] = before["defaultValue"]
            others = [row for row in found if row is not before]
            _refuse_known_key(others, entry["key"])
            kept = [entry if row is before else row for row in found]
            return stored | {"configuration": kept}, entry["key"]

        element = await self._elements.own(principal, key_or_id)
        valid_key = await self._elements.edit(principal, element, edit, brought=body)
        return await self._entry(principal, element, valid_key)

    async def remove_entry(self, principal: Principal, key_or_id: str, key: str) -> None:
        """Delete an entry. Raises NotFound, Forbidden."""

        def edit(stored: Json, _allocate: Allocate) -> tuple[Json, None]:
            found = rows(stored["configuration"])
            gone = _entry_of(found, key)
            return stored | {"configuration": [row for row in found if row is not gone]}, None

        element = await self._elements.own(principal, key_or_id)
        await self._elements.edit(principal, element, edit)

    # -- the model of a resource -----------------------------------------------------------------

    async def resource_model(self, principal: Principal, key_or_id: str, resource_id: int) -> Json:
        """Return a resource's model; without one, an empty object. Raises NotFound, Forbidden."""
        resource = await self.row(principal, key_or_id, "resources", resource_id)
        model = resource.get("model")
        return _model_shown(model) if isinstance(model, dict) and model else {}

    async def set_resource_model(
        self, principal: Principal, key_or_id: str, resource_id: int, body: Json
    ) -> Json:
        """Give a resource its model, in place of the one it had, and return it.

        Raises:
            InvalidRequest: name is missing, or a swagger is no object.
            NotFound: no such resource, or it is the catalog's. Forbidden.
        """
        given = _without_bookkeeping(body)
        if not given.get("name"):
            raise _missing(["name"])
        for name in ("swagger", "rawSwagger", "requestSwagger"):
            if given.get(name) is not None:
                given[name] = _object(name, given[name])

        def edit(stored: Json, allocate: Allocate) -> tuple[Json, Json]:
            resource = _editable(stored, element, "parameters", resource_id)
            before = resource.get("model")
            known = before.get("id") if isinstance(before, dict) else None
            model = {"id": known or allocate(), **_field(given)}
            resource["model"] = model
            return stored, model

        element = await self._editable_element(principal, key_or_id, "parameters", resource_id)
        return _model_shown(await self._elements.edit(principal, element, edit, brought=body))

    async def remove_resource_model(
        self, principal: Principal, key_or_id: str, resource_id: int
    ) -> None:
        """Take a resource's model away. Raises NotFound: it has none, or is the catalog's."""

        def edit(stored: Json, _allocate: Allocate) -> tuple[Json, None]:
            resource = _editable(stored, element, "parameters", resource_id)
            if resource.pop("model", None) is None:
                raise NotFound(f"The resource {resource_id} has no model.")
            return stored, None

        element = await self._editable_element(principal, key_or_id, "parameters", resource_id)
        await self._elements.edit(principal, element, edit)

    # -- inside ----------------------------------------------------------------------------------

    async def _editable_element(
        self, principal: Principal, key_or_id: str, kind: Kind, inside: int | None
    ) -> Element:
        element = await self._elements.require(principal, key_or_id)
        if element.is_private:
            return await self._elements.own(principal, key_or_id)
        if inside is None and not _RULES[kind].can_extend:
            raise NotFound(
                f"The {kind} of {element.key} belong to the catalog and cannot be changed."
            )
        return element

    async def _as_read(
        self,
        principal: Principal,
        element: Element,
        kind: Kind,
        row: Json,
        inside: int | None,
    ) -> Json:
        return await self.row(principal, str(element.id), kind, row["id"], inside=inside)

    async def _entry(self, principal: Principal, element: Element, key: str) -> Json:
        read = await self._elements.of(principal.account_id, element.id)
        return _entry_of(element_to_wire(read)["configuration"], key)


def _holder(document: Json, kind: Kind, inside: int | None) -> Json:
    if inside is None:
        return document
    holder = _RULES[kind].holder
    return _pick(rows(document.get(holder)), _kind(holder), inside)


def _editable(stored: Json, element: Element, kind: Kind, inside: int | None) -> Json:
    """Return what holds the list to be changed; of the catalog's own parts, nothing is."""
    # Of a catalog's element, `stored` has the account's own parts only: the others are not found.
    if inside is None:
        return stored
    holder = _RULES[kind].holder
    return _pick(rows(stored.get(holder)), _kind(holder), inside)


def _kind(name: str) -> Kind:
    return "resources" if name == "resources" else "objects"


def _own_row(element: Element, found: list[Json], kind: Kind, row_id: int) -> Json:
    own = next((row for row in found if row.get("id") == row_id), None)
    if own is None and not element.is_private and kind in ("resources", "objects"):
        system = rows(element.document.get(kind))
        if any(row.get("id") == row_id for row in system):
            raise Forbidden(
                f"The {_RULES[kind].noun} {row_id} belongs to the catalog and cannot be changed.",
                code="element-of-catalog",
            )
    return _pick(found, kind, row_id)


def _pick(found: list[Json], kind: Kind, row_id: int) -> Json:
    row = next((row for row in found if row.get("id") == row_id), None)
    if row is None:
        raise NotFound(f"No {_RULES[kind].noun} found with ID {row_id}.")
    return row


def _is_own(element: Element, row: Json, principal: Principal) -> bool:
    return element.is_private or row.get("ownerAccountId") == principal.account_id


def _shown(element: Element, kind: Kind, row: Json) -> Json:
    if kind != "models":
        return row
    models = rows(element.document.get("models"))
    children = _children(row)
    return row | {
        "elementId": element.id,
        "childModelIds": [model["id"] for model in models if model["name"] in children],
        "parentModelIds": [model["id"] for model in models if row["name"] in _children(model)],
    }


def _children(model: Json) -> set[str]:
    """Return the models that a model's fields refer to: a sample value of `$Other.field`."""
    samples = [str(field.get("sampleValue", "")) for field in rows(model.get("modelFields"))]
    return {text[1:].partition(".")[0] for text in samples if text.startswith("$")}


def _without_bookkeeping(body: Json) -> Json:
    return {name: value for name, value in body.items() if name not in BOOKKEEPING}


def _require_fields(given: Json, rule: _Rule) -> None:
    missing = [name for name in rule.needs if not given.get(name)]
    if missing:
        raise _missing(missing)


def _missing(names: list[str]) -> InvalidRequest:
    return InvalidRequest(f"Missing {', '.join(names)}.", code="missing-parameter")


def _checked(kind: Kind, given: Json, before: Json | None) -> Json:
    row = _RULES[kind].shape(given)
    if kind == "hooks":
        _check_hook(row, before)
    return row


def _check_hook(row: Json, before: Json | None) -> None:
    if row["mimeType"] not in MIME_TYPES:
        raise InvalidRequest(f"mimeType must be {' or '.join(MIME_TYPES)}.")
    if before is not None and row["isLegacy"] and not before.get("isLegacy", False):
        raise InvalidRequest(
            "isLegacy cannot be set again: a hook that calls done() does not become one that"
            " returns.",
            code="hook-not-legacy",
        )


def _with_inner_ids(row: Json, before: Json, allocate: Allocate) -> Json:
    """Return a part whose own parts have ids: those they had here, never those they came with."""
    numbered: Json = {}
    for name in _INNER:
        if name not in row:
            continue
        if not isinstance(row[name], list) or len(rows(row[name])) != len(row[name]):
            raise InvalidRequest(f"{name}: expected a list of objects.", code="bad-body")
        known = [inner["id"] for inner in rows(before.get(name))]
        numbered[name] = [
            {
                "id": inner["id"] if inner.get("id") in known else allocate(),
                **_without_bookkeeping(inner),
            }
            for inner in rows(row[name])
        ]
    return row | numbered


def _refuse_twin(others: list[Json], row: Json, rule: _Rule) -> None:
    if rule.same is None:
        return
    try:
        identity = rule.same(row)
        is_there = any(rule.same(other) == identity for other in others)
    except (KeyError, AttributeError):
        return  # too broken to be compared; the check of the whole says how
    if is_there:
        raise Conflict(f"The {rule.noun} is there already.", code="part-exists")


def _refuse_known_key(others: list[Json], key: str) -> None:
    if any(row.get("key") == key for row in others):
        raise Conflict(f"The element has a configuration entry {key} already.", code="part-exists")


def _entry_of(found: list[Json], key: str) -> Json:
    entry = next((row for row in found if row.get("key") == key), None)
    if entry is None:
        raise NotFound(f"No configuration found with key {key[:100]!r}.")
    return entry


def _model_shown(model: Json) -> Json:
    shown: Json = {"swagger": {}, "rawSwagger": {}} | _field(model)
    for name in ("swagger", "rawSwagger"):
        shown[name] = _object(name, shown[name])
    return shown


def _object(name: str, value: object) -> Json:
    """Return a Swagger part as an object; old exports hold it as text."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError as exc:
            raise InvalidRequest(f"{name}: expected a JSON object.", code="bad-body") from exc
    if not isinstance(value, dict):
        raise InvalidRequest(f"{name}: expected a JSON object.", code="bad-body")
    return value
