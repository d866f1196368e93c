"""The elements as an account sees them: the catalog's, what it added to those, and its own.

What was compiled is kept by the version of its row, and which version counts is remembered while
the revision `elements` is the same; a warm look-up is a dictionary's and does no SQL."""

import json
from collections import OrderedDict
from collections.abc import Callable, Container
from typing import Any, TypeVar

import structlog

from valence.domain import (
    Clock,
    Conflict,
    Element,
    Forbidden,
    InvalidRequest,
    NotFound,
    Principal,
    strip_markup,
)
from valence.elements.catalog import Catalog
from valence.elements.change import clone, imported, merged
from valence.elements.compilation import compile_element
from valence.elements.document import Json
from valence.elements.exchange import export_element
from valence.elements.extension import extended, is_empty
from valence.elements.identity import with_ids
from valence.elements.seals import DefaultSeals
from valence.elements.standard import STANDARD
from valence.storage import Connection, Database, Revisions, bump, counters, elements, tenants

_REMEMBERED = 10_000
_COMPILED = 1_000
LONGEST_NAME = 255
LARGEST_ID = 2**62

Answer = TypeVar("Answer")
Allocate = Callable[[], int]
Edit = Callable[[Json, Allocate], tuple[Json, Answer]]
"""Makes a new document from a stored one, with numbers for new parts; and what to answer."""

_log = structlog.get_logger("valence.elements")


class Elements:
    """The elements of every account.

    Reading is for everyone of the account; an element of another account of the organization is
    readable where it is shared. Writing is for the account that owns it.
    """

    def __init__(
        self,
        database: Database,
        catalog: Catalog,
        seals: DefaultSeals,
        *,
        clock: Clock,
        revisions: Revisions,
    ) -> None:
        self._database = database
        self._catalog = catalog
        self._seals = seals
        self._clock = clock
        self._revisions = revisions
        self._revision = -1
        # (account, element) -> as that account sees it, while the revision is the same
        self._views: OrderedDict[tuple[int, int], Element] = OrderedDict()
        # (element, account that extended it or 0, version) -> compiled; never stale
        self._compiled: OrderedDict[tuple[int, int, int], Element] = OrderedDict()

    # -- reading ---------------------------------------------------------------------------------

    def cached(self, account_id: int, element_id: int) -> Element | None:
        """Return an element if it is remembered and unchanged; costs no I/O."""
        if self._revisions.current("elements") != self._revision:
            self._revision = self._revisions.current("elements")
            self._views.clear()
            return None
        return self._views.get((account_id, element_id))

    async def find(self, account_id: int, element_id: int) -> Element | None:
        """Return an element by id as an account sees it, whoever owns it: an instance of it may
        outlive the sharing that made it possible."""
        found = self.cached(account_id, element_id)
        if found is not None:
            return found
        revision = self._revisions.current("elements")
        system = self._catalog.find(str(element_id))
        async with self._database.read() as connection:
            if system is not None:
                row = await elements.extension(connection, account_id, element_id)
                found = self._extended(system, row)
            else:
                row = await elements.by_id(connection, element_id)
                found = None if row is None else await self._private(row)
        if found is not None and revision == self._revision:
            # Remembered only under the revision that was current before the look-up began.
            self._views[(account_id, element_id)] = found
            if len(self._views) > _REMEMBERED:
                self._views.popitem(last=False)
        return found

    async def of(self, account_id: int, element_id: int) -> Element:
        """Return an element by id as an account sees it. Raises NotFound."""
        found = await self.find(account_id, element_id)
        if found is None:
            raise _unknown(str(element_id))
        return found

    async def require(self, principal: Principal, key_or_id: str) -> Element:
        """Return the element that a caller names: digits are an id, anything else a key.

        By key an element of the account's own comes before one of the catalog, and that before
        one that is shared with it. An id is exact.

        Raises:
            NotFound: there is none.
            Forbidden: the id is of another account's element, which is not shared with this one.
        """
        if key_or_id.isascii() and key_or_id.isdecimal():
            return await self._by_id(principal, key_or_id)
        return await self._by_key(principal, key_or_id)

    async def catalog_element(self, principal: Principal, key: str) -> Element | None:
        """Return the catalog's element of that key, also where the account has its own."""
        system = self._catalog.find(key)
        return None if system is None else await self.of(principal.account_id, system.id)

    async def all(self, principal: Principal) -> list[Element]:
        """Return every element that a caller sees, by name."""
        async with self._database.read() as connection:
            added = {
                row.element_id: row
                for row in await elements.extensions(connection, principal.account_id)
            }
            rows = await elements.of(connection, principal.account_id)
        found = [self._extended(one, added.get(one.id)) for one in self._catalog.all()]
        found += [await self._private(row) for row in rows]
        return sorted(found, key=lambda element: (element.name.casefold(), element.id))

    async def export(
        self, principal: Principal, key_or_id: str, *, extended_only: bool = False
    ) -> Json:
        """Return a definition as it imports elsewhere. Raises as `require`."""
        element = await self.require(principal, key_or_id)
        return export_element(element, extended_only=extended_only)

    # -- whole elements --------------------------------------------------------------------------

    async def create(self, principal: Principal, document: Json) -> Element:
        """Store a new element of the account: an import, or the least that names one.

        Raises:
            InvalidRequest: it cannot work; the message names the place.
            Conflict: the account has an element of that key.
        """
        return await self._add(principal, _named(imported(document)), origin_id=None)

    async def clone(self, principal: Principal, key_or_id: str) -> Element:
        """Make an element of the account's own from one that it sees, without secrets.

        Raises:
            InvalidRequest: it is not cloneable. NotFound, Forbidden: as `require`.
            Conflict: another request took the key at the same moment.
        """
        source = await self.require(principal, key_or_id)
        async with self._database.read() as connection:
            taken = await elements.keys_like(
                connection, principal.account_id, source.key.casefold()
            )
        document = clone(source.document, taken=_Folded(taken))
        return await self._add(principal, document, origin_id=source.origin_id or source.id)

    async def replace(self, principal: Principal, key_or_id: str, change: Json) -> Element:
        """Change what a PUT brings of an own element; the key and what is not brought stay.

        Raises:
            InvalidRequest: the result cannot work. NotFound, Forbidden: not the account's own.
        """

        def edit(stored: Json, _allocate: Allocate) -> tuple[Json, None]:
            return _named(merged(stored, change)), None

        element = await self.own(principal, key_or_id)
        await self.edit(principal, element, edit, brought=change)
        return await self.of(principal.account_id, element.id)

    async def set_active(self, principal: Principal, key_or_id: str, *, is_active: bool) -> Element:
        """Set or clear the flag `active` of an own element. Raises NotFound, Forbidden."""

        def edit(stored: Json, _allocate: Allocate) -> tuple[Json, None]:
            return stored | {"active": is_active}, None

        element = await self.own(principal, key_or_id)
        await self.edit(principal, element, edit)
        return await self.of(principal.account_id, element.id)

    async def delete(self, principal: Principal, key_or_id: str) -> None:
        """Delete an own element; its key is free at once.

        Raises:
            Conflict: it has instances, of this account or of one that it is shared with.
            NotFound, Forbidden: not the account's own.
        """
        element = await self.own(principal, key_or_id)
        async with self._database.write() as connection:
            # Who makes an instance holds this row until his transaction ends, and we theirs.
            await elements.locked(connection, element.id)
            number = await elements.count_instances(connection, element.id)
            if number:
                raise Conflict(
                    f"The element {element.key} has {number}"
                    f" {'instance' if number == 1 else 'instances'}; delete them first.",
                    code="element-in-use",
                )
            await elements.drop(connection, element.id)
            await bump(connection, "elements")
        self._revisions.announce("elements")
        _log.info("element deleted", account_id=principal.account_id, element_id=element.id)

    # -- sharing ---------------------------------------------------------------------------------

    async def accounts(self, principal: Principal, key_or_id: str) -> list[int]:
        """Return the accounts that an element is shared with; of the catalog's, none is told."""
        element = await self.require(principal, key_or_id)
        if not element.is_private:
            return []
        async with self._database.read() as connection:
            found = await elements.shares(connection, [element.id])
        return found.get(element.id, [])

    async def share(self, principal: Principal, key_or_id: str, account_id: int) -> None:
        """Let another account of the organization see an own element and make instances of it.

        Raises:
            NotFound: no such element or account. Forbidden: either is another's.
        """
        element = await self.own(principal, key_or_id)
        async with self._database.write() as connection:
            await _require_account(connection, principal, account_id)
            await elements.share(connection, element.id, account_id)
            await bump(connection, "elements")
        self._revisions.announce("elements")

    async def unshare(self, principal: Principal, key_or_id: str, account_id: int) -> None:
        """Take it back; instances that the other account made stay alive.

        Raises:
            NotFound: no such element, or it is not shared with that account. Forbidden.
        """
        element = await self.own(principal, key_or_id)
        is_number = 0 < account_id < LARGEST_ID
        async with self._database.write() as connection:
            if not is_number or not await elements.unshare(connection, element.id, account_id):
                raise NotFound(f"The element is not shared with account {account_id}.")
            await bump(connection, "elements")
        self._revisions.announce("elements")

    # -- for the parts ---------------------------------------------------------------------------

    async def own(self, principal: Principal, key_or_id: str) -> Element:
        """Return an element that the caller's account may change as a whole.

        Raises:
            NotFound: there is none. Forbidden: it is the catalog's or another account's.
        """
        element = await self.require(principal, key_or_id)
        if not element.is_private:
            raise Forbidden(
                f"The element {element.key} belongs to the catalog and cannot be changed; clone"
                " it.",
                code="element-of-catalog",
            )
        if element.owner_account_id != principal.account_id:
            raise _foreign(element.id)
        return element

    async def edit(
        self,
        principal: Principal,
        element: Element,
        edit: Edit[Answer],
        *,
        brought: object = None,
    ) -> Answer:
        """Change the document of an own element, or the account's parts of a catalog's.

        Read, changed, checked and written in one transaction, so that of two changes at the same
        time none is lost.

        Args:
            brought: what the caller sent; it bounds how many new parts there can be.

        Raises:
            InvalidRequest: the result cannot work. NotFound: the element is gone by now.
        """
        async with self._database.write() as connection:
            if element.is_private:
                answer = await self._edit_own(connection, principal, element, edit, brought)
            else:
                answer = await self._edit_extension(connection, principal, element, edit, brought)
            await bump(connection, "elements")
        self._revisions.announce("elements")
        return answer

    # -- inside ----------------------------------------------------------------------------------

    async def _by_id(self, principal: Principal, text: str) -> Element:
        element_id = int(text) if len(text) < 19 else 0
        if not 0 < element_id < LARGEST_ID:
            raise _unknown(text)
        element = await self.of(principal.account_id, element_id)
        if not element.is_private or element.owner_account_id == principal.account_id:
            return element
        async with self._database.read() as connection:
            shared = await elements.shares(connection, [element_id])
        if principal.account_id not in shared.get(element_id, []):
            raise _foreign(element_id)
        return element

    async def _by_key(self, principal: Principal, key: str) -> Element:
        folded = key.casefold()
        if "\x00" in key or len(key) > LONGEST_NAME:
            raise _unknown(key)
        async with self._database.read() as connection:
            row = await elements.by_key(connection, principal.account_id, folded)
            if row is None:
                system = self._catalog.find(key)
                if system is not None:
                    return await self.of(principal.account_id, system.id)
                row = await elements.shared_by_key(connection, principal.account_id, folded)
        if row is None:
            raise _unknown(key)
        return await self._private(row)

    async def _add(self, principal: Principal, document: Json, *, origin_id: int | None) -> Element:
        now = self._clock.now_ms()
        organization_id, account_id = principal.organization_id, principal.account_id
        async with self._database.write() as connection:
            element_id = await counters.take(connection, "elements")
            allocate = await _numbers(connection, document)
            numbered = with_ids(
                document, element_id=element_id, owner_account_id=account_id, allocate=allocate
            )
            element = compile_element(numbered, owner_account_id=account_id, origin_id=origin_id)
            stored = await self._seals.sealed(
                numbered, organization_id=organization_id, element_id=element_id
            )
            is_added = await elements.add(
                connection,
                {
                    "id": element_id,
                    "organization_id": organization_id,
                    "account_id": account_id,
                    "key": element.key,
                    "key_folded": element.key.casefold(),
                    "name": element.name,
                    "is_active": element.is_active,
                    "origin_id": origin_id,
                    "version": 1,
                    "document": json.dumps(stored),
                    "created_ms": now,
                    "updated_ms": now,
                },
            )
            if not is_added:
                raise Conflict(f"The account has an element with the key {element.key} already.")
            await bump(connection, "elements")
        self._revisions.announce("elements")
        _log.info("element added", account_id=account_id, element_id=element_id, key=element.key)
        return await self.of(account_id, element_id)

    async def _edit_own(
        self,
        connection: Connection,
        principal: Principal,
        element: Element,
        edit: Edit[Answer],
        brought: object,
    ) -> Answer:
        row = await elements.locked(connection, element.id)
        if row is None:
            raise _unknown(str(element.id))
        opened = await self._opened(row)
        allocate = await _numbers(connection, brought)
        document, answer = edit(opened, allocate)
        numbered = with_ids(
            document,
            element_id=element.id,
            owner_account_id=principal.account_id,
            allocate=allocate,
        )
        changed = compile_element(numbered, owner_account_id=principal.account_id)
        stored = await self._seals.sealed(
            numbered, organization_id=row.organization_id, element_id=element.id
        )
        await elements.change(
            connection,
            element.id,
            {
                "name": changed.name,
                "is_active": changed.is_active,
                "document": json.dumps(stored),
                "updated_ms": self._clock.now_ms(),
            },
        )
        return answer

    async def _edit_extension(
        self,
        connection: Connection,
        principal: Principal,
        element: Element,
        edit: Edit[Answer],
        brought: object,
    ) -> Answer:
        now = self._clock.now_ms()
        row = await elements.locked_extension(connection, principal.account_id, element.id, now=now)
        document, answer = edit(json.loads(row.document), await _numbers(connection, brought))
        extended(self._catalog.require(str(element.id)), document)  # it must work
        await elements.change_extension(
            connection, principal.account_id, element.id, document=json.dumps(document), now=now
        )
        return answer

    async def _private(self, row: Any) -> Element:
        place = (row.id, 0, row.version)
        known = self._compiled.get(place)
        if known is not None:
            return known
        document = await self._opened(row)
        element = compile_element(
            document, owner_account_id=row.account_id, origin_id=row.origin_id
        )
        return self._remember(place, element)

    def _extended(self, system: Element, row: Any) -> Element:
        if row is None:
            return system
        place = (system.id, row.account_id, row.version)
        known = self._compiled.get(place)
        if known is not None:
            return known
        own = json.loads(row.document)
        return self._remember(place, system if is_empty(own) else extended(system, own))

    def _remember(self, place: tuple[int, int, int], element: Element) -> Element:
        self._compiled[place] = element
        if len(self._compiled) > _COMPILED:
            self._compiled.popitem(last=False)
        return element

    async def _opened(self, row: Any) -> Json:
        return await self._seals.opened(
            json.loads(row.document), organization_id=row.organization_id, element_id=row.id
        )


class _Folded(Container[str]):
    """Keys compared without case."""

    def __init__(self, folded: set[str]) -> None:
        self._folded = folded

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and key.casefold() in self._folded


async def _numbers(connection: Connection, brought: object) -> Allocate:
    """Return a source of ids, enough for every part that can come of what was brought."""
    # Numbers that are left over are never given again; there are more than enough.
    most = _objects_in(brought) + max(len(keys) for keys in STANDARD.values()) + 2
    first = await counters.take(connection, "element parts", count=most)
    return iter(range(first, first + most)).__next__


def _objects_in(value: object) -> int:
    if isinstance(value, dict):
        return 1 + sum(_objects_in(part) for part in value.values())
    return sum(_objects_in(part) for part in value) if isinstance(value, list) else 0


def _named(document: Json) -> Json:
    """Return a document with a name and key that can stand in a list and in a path."""
    name = strip_markup(str(document["name"]))
    if not name or len(name) > LONGEST_NAME or len(document["key"]) > LONGEST_NAME:
        raise InvalidRequest(f"name and key must have 1 to {LONGEST_NAME} characters.")
    if document["key"].isdecimal():
        raise InvalidRequest("A key of digits only would be taken for an id; bring another key.")
    return document | {"name": name}


async def _require_account(connection: Connection, principal: Principal, account_id: int) -> None:
    account = None
    if 0 < account_id < LARGEST_ID:
        account = await tenants.account_by_id(connection, account_id)
    if account is None:
        raise NotFound(f"No account found with ID {account_id}.")
    if account.organization_id != principal.organization_id:
        raise Forbidden(f"The account {account_id} belongs to another organization.")


def _unknown(key_or_id: str) -> NotFound:
    return NotFound(f"No element found with key or ID {key_or_id[:100]!r}.")


def _foreign(element_id: int) -> Forbidden:
    return Forbidden(f"The element {element_id} belongs to another account.")
