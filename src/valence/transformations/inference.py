"""What fields records have: found in the records themselves, with types, counts and samples.

A path is written as transformations write it: `a.b`, `list[*].x`; a list of plain values is one
field, `list[*]`. What holds fields is no field of its own, unless nothing was ever in it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from valence.transformations.paths import quoted
from valence.transformations.values import Json

MOST_FIELDS = 2000
DEEPEST = 8
MOST_ELEMENTS = 100
"""As many elements of one list are looked at: the rest are of the same kind nearly always."""
MOST_SAMPLES = 3
LONGEST_SAMPLE = 100
_DATE = re.compile(
    r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
    r"([T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)? ?(Z|[+-]\d\d(:?\d\d)?)?)?\Z",
    re.ASCII,
)
_KINDS = {int: "int", float: "number", bool: "boolean", dict: "object", list: "array"}


@dataclass(frozen=True, slots=True)
class SeenField:
    """A field of some records.

    `types` tells in how many values each type was met, `seen` in how many records there is a value,
    `nulls` in how many there is null and no value. `samples` are a few distinct values, long texts
    cut; of a list of plain values its elements.
    """

    path: str
    types: Mapping[str, int]
    seen: int
    nulls: int
    samples: tuple[Json, ...] = ()

    @property
    def type(self) -> str:
        """The type, in the words of object definitions, that fits all values best."""
        return best_type(self.types)


def best_type(types: Mapping[str, int]) -> str:
    """Return the type that fits values of several best; of none it is `string`."""
    if len(types) == 1:
        return next(iter(types))
    if types and all(one in ("int", "number") for one in types):
        return "number"
    if "object" in types:
        return "object"
    return "array" if any(one.startswith("array") for one in types) else "string"


def type_of(value: Json) -> str:
    """Return the type of a value that is not null; a text that is an ISO date is a `date`."""
    kind = _KINDS.get(type(value))
    if kind is not None:
        return kind
    return "date" if is_date(value) else "string"


def is_date(value: Json) -> bool:
    """Tell whether a value is a text that is a date, or date and time, of ISO 8601."""
    # Nearly all texts fail at the fifth character.
    if type(value) is not str or len(value) < 10 or value[4] != "-":
        return False
    return _DATE.match(value) is not None


def infer(records: Sequence[Json]) -> list[SeenField]:
    """Return the fields of records, in the order in which they were first met.

    What is no object has no fields. At most `MOST_FIELDS` are told apart; what is nested deeper
    than `DEEPEST` is one value.
    """
    found = _Found()
    root = _Node("", 0)
    for number, record in enumerate(records):
        if type(record) is dict:
            found.object(root, record, number)
    return [
        SeenField(one.path, one.told_types(), one.seen, one.nulls, tuple(one.samples))
        for one in found.nodes
        if one.types or ((one.nulls or one.empties) and not one.has_fields())
    ]


# -- inside ----------------------------------------------------------------------------------------


class _Node:
    """A place in the records, and what was met there."""

    __slots__ = (
        "below",
        "depth",
        "empties",
        "last",
        "last_null",
        "nulls",
        "path",
        "samples",
        "seen",
        "star",
        "types",
    )

    def __init__(self, path: str, depth: int) -> None:
        self.path = path
        self.depth = depth
        self.below: dict[str, _Node] = {}
        self.star: _Node | None = None
        self.types: dict[str, int] = {}
        self.samples: list[Json] = []
        self.seen = self.nulls = self.empties = 0
        self.last = self.last_null = -1

    def has_fields(self) -> bool:
        """Tell whether something was met inside."""
        inside = list(self.below.values()) + ([self.star] if self.star is not None else [])
        return any(one.seen or one.nulls or one.has_fields() for one in inside)

    def told_types(self) -> dict[str, int]:
        """Return the types; lists in which there never was anything are lists all the same."""
        return self.types or ({"array": self.empties} if self.empties else {})


class _Found:
    """The places met so far, in order."""

    def __init__(self) -> None:
        self.nodes: list[_Node] = []

    def object(self, node: _Node, value: dict[str, Json], record: int) -> None:
        below = node.below
        for key, part in value.items():
            child = below.get(key)
            if child is None:
                child = self._child(node, key)
                if child is None:
                    continue
            self._value(child, part, record)

    def _child(self, node: _Node, key: str) -> _Node | None:
        if len(self.nodes) >= MOST_FIELDS or not key:
            return None
        name = quoted(key)
        made = _Node(f"{node.path}.{name}" if node.path else name, node.depth + 1)
        node.below[key] = made
        self.nodes.append(made)
        return made

    def _star(self, node: _Node) -> _Node:
        if node.star is None:
            node.star = _Node(f"{node.path}[*]", node.depth + 1)
            self.nodes.append(node.star)
        return node.star

    def _value(self, node: _Node, value: Json, record: int) -> None:
        kind = type(value)
        if value is None:
            if node.last != record and node.last_null != record:
                node.last_null = record
                node.nulls += 1
        elif kind is dict and value and node.depth < DEEPEST:
            self.object(node, value, record)
        elif kind is list and node.depth < DEEPEST:
            self._list(node, value, record)
        else:
            _note(node, type_of(value), record)
            if len(node.samples) < MOST_SAMPLES and value != "" and kind not in (dict, list):
                _sample(node, value)

    def _list(self, node: _Node, value: list[Json], record: int) -> None:
        star = self._star(node)
        plain: list[Json] = []
        for part in value[:MOST_ELEMENTS]:
            if type(part) in (dict, list) and part:
                self._value(star, part, record)
            elif part is not None:
                plain.append(part)
        if plain:
            texts = all(type(part) is str for part in plain)
            _note(star, "array[string]" if texts else "array", record)
            for part in plain:
                if len(star.samples) < MOST_SAMPLES and part != "":
                    _sample(star, part)
        elif not value:
            star.empties += 1
            _mark(star, record)


def _note(node: _Node, kind: str, record: int) -> None:
    node.types[kind] = node.types.get(kind, 0) + 1
    _mark(node, record)


def _mark(node: _Node, record: int) -> None:
    """Count a record as one with a value here, once."""
    if node.last != record:
        node.last = record
        node.seen += 1
        if node.last_null == record:
            node.nulls -= 1


def _sample(node: _Node, value: Json) -> None:
    shown = value
    if type(value) is str and len(value) > LONGEST_SAMPLE:
        shown = value[: LONGEST_SAMPLE - 1] + "…"
    # true and 1 are equal, and two samples all the same.
    if not any(shown == one and type(shown) is type(one) for one in node.samples):
        node.samples.append(shown)
