"""What is mapped for an instance: found without the database while nothing has changed.

The levels of an instance come to one set of plans, which is remembered under the revision
`mappings`. Most instances have none: for them a look-up is a dictionary's, and nothing else of a
call changes. A plan is compiled when its object is first called."""

import json
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from valence.common_resources.common_resources import in_order
from valence.common_resources.documents import types_of
from valence.common_resources.system_level import read_objects
from valence.domain import Instance
from valence.storage import Database, Place, Revisions, common_resources
from valence.transformations import Plan, Transformation, compile_plan, effective

_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class Mapped:
    """The objects that are mapped for one instance, by name."""

    transformations: Mapping[str, Transformation] = field(default_factory=dict)
    _plans: dict[str, Plan] = field(default_factory=dict, compare=False, repr=False)

    def __bool__(self) -> bool:
        return bool(self.transformations)

    def plan(self, name: str) -> Plan | None:
        """Return how an object is mapped, or None: it is not."""
        found = self._plans.get(name)
        if found is None and name in self.transformations:
            found = self._plans[name] = compile_plan(self.transformations[name])
        return found


NOTHING_MAPPED = Mapped()


class Mappings:
    """The mappings of instances, remembered."""

    def __init__(self, database: Database, *, revisions: Revisions) -> None:
        self._database = database
        self._revisions = revisions
        self._revision = -1
        self._known: OrderedDict[int, Mapped] = OrderedDict()

    def cached(self, instance_id: int) -> Mapped | None:
        """Return what is mapped if it is remembered and unchanged; costs no I/O."""
        if self._revisions.current("mappings") != self._revision:
            self._revision = self._revisions.current("mappings")
            self._known.clear()
            return None
        return self._known.get(instance_id)

    async def of(self, instance: Instance) -> Mapped:
        """Return what is mapped for an instance."""
        found = self.cached(instance.id)
        if found is not None:
            return found
        revision = self._revisions.current("mappings")
        places = [
            Place("organization", instance.organization_id),
            Place("account", instance.account_id),
            Place("instance", instance.id),
        ]
        found = await self.at(instance.organization_id, instance.element_key, places)
        if revision == self._revision:
            # Remembered only under the revision that was current before the look-up began.
            self._known[instance.id] = found
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return found

    async def at(self, organization_id: int, element_key: str, places: Sequence[Place]) -> Mapped:
        """Return what levels come to for an element."""
        async with self._database.read() as connection:
            rows = await common_resources.mappings(
                connection, organization_id, places=places, element_key=element_key
            )
            if not rows:
                return NOTHING_MAPPED
            defined = await common_resources.definitions(connection, organization_id, places=places)
            of_system = await read_objects(connection)
        levels: dict[str, list[dict[str, Any]]] = {}
        for row in in_order(rows):
            levels.setdefault(row.name, []).append(json.loads(row.document))
        types = {one.name: types_of([one.document]) for one in of_system}
        for row in in_order(defined):
            if row.name in levels:
                types.setdefault(row.name, {}).update(types_of([json.loads(row.document)]))
        return Mapped(
            {
                name: effective(documents, name=name, types=types.get(name))
                for name, documents in levels.items()
            }
        )
