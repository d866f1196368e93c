"""The compiled form of a transformation: mapped once, then run on every record.

Open `compile_plan` first. Both directions are the same machine with the sides exchanged
(`_Direction`). Most fields go from one name to one name; which of them a record has follows from
its keys, so for every set of keys met the moves are settled once and kept (`_Shape`): what is left
for a record is taking all its values at once and converting some. Fields between the same two
objects, or the elements of the same two arrays, go together (`_together`); each other one goes
through `paths.put`.

Source: the wire contract on transformations, its section on the mapping engine.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from valence.transformations.convert import Convert, converter, each, formats, parses, text_of
from valence.transformations.names import Names
from valence.transformations.paths import (
    EVERY,
    Step,
    Steps,
    compile_put,
    compile_read,
    copied,
    flattened,
    folded_key,
    is_writable,
    leading_names,
    parse_path,
    stars,
)
from valence.transformations.values import MISSING, FieldMapping, Json, Transformation

MOST_SHAPES = 512
"""Records of one vendor object differ in a few absent keys; beyond this, forget and begin anew."""

Map = Callable[[Json], Json]
_Tree = dict[str, "_Tree | None"]  # None: the whole of it


@dataclass(frozen=True, slots=True)
class Plan:
    """A transformation ready to run.

    `read` makes the caller's object of a vendor's record, `write` the vendor's body of a caller's
    object, `create` the same for a new record, which takes defaults. None of them changes what it
    is given; parts of it may be shared by the result. What is no object is returned as it is.
    `names` translates what callers say in queries.
    """

    transformation: Transformation
    read: Map
    write: Map
    create: Map
    names: Names

    @property
    def places(self) -> list[tuple[str, ...]]:
        """The names that lead to what is read of a vendor's record, up to the first array."""
        return [
            leading_names(parse_path(one.vendor_path))
            for one in self.transformation.fields
            if one.is_read and one.vendor_path is not None
        ]

    @property
    def drops_nulls(self) -> bool:
        """Tell whether answers have no nulls whatever the instance is told: nothing passes."""
        return not self.transformation.passes_read


def compile_plan(transformation: Transformation) -> Plan:
    """Compile a transformation.

    Raises:
        InvalidRequest: a path or a date mask cannot be read; the message names it.
    """
    reading = _Direction(
        [move for one in transformation.fields if (move := _reading(one)) is not None],
        [gone for one in transformation.fields if not one.is_read for gone in _places(one)],
        passes=transformation.passes_read,
        is_lenient=True,
    )
    gone = [gone for one in transformation.fields if not one.is_written for gone in _places(one)]
    written = [one for one in transformation.fields if one.is_written and one.vendor_path]
    writing, creating = (
        _Direction(
            [_writing(one, has_default=is_new) for one in written],
            gone,
            passes=transformation.passes_written,
            is_lenient=False,
        )
        for is_new in (False, True)
    )
    return Plan(transformation, reading.map, writing.map, creating.map, Names(transformation))


# -- moves -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Move:
    """One field in one direction; no `source`: only the default.

    `convert` is for values that lie `depth` lists deep.
    """

    source: Steps | None
    target: Steps
    convert: Convert | None = None
    depth: int = 0
    default: Json = MISSING


def _reading(field: FieldMapping) -> _Move | None:
    if not field.is_read or (field.vendor_path is None and field.default is MISSING):
        return None
    source = None if field.vendor_path is None else parse_path(field.vendor_path)
    mask = None if field.pattern is None else formats(field.pattern)
    type_ = None if field.type.lower() in ("date", "object") else field.type
    return _move(source, parse_path(field.path), mask, type_, field.default)


def _writing(field: FieldMapping, *, has_default: bool) -> _Move:
    source, target = parse_path(field.path), parse_path(field.vendor_path or field.path)
    mask = None if field.pattern is None else parses(field.pattern)
    return _move(source, target, mask, field.vendor_type, field.default if has_default else MISSING)


def _move(
    source: Steps | None, target: Steps, mask: Convert | None, type_: str | None, default: Json
) -> _Move:
    depth = max(stars(source or ()), stars(target))
    convert = mask
    if mask is None and type_ is not None:
        convert = converter(type_, keeps_containers=depth > 0)
        if depth and type_.lower().startswith("array"):
            # The type of `a[*]` and of an array that is taken whole is the array's, not its
            # elements'.
            depth = stars(target) - (target[-1].kind == "every")
    return _Move(source, target, convert, depth, default)


def _places(field: FieldMapping) -> list[Steps]:
    """Return the places that a field which does not pass has on either side."""
    texts = [field.path, field.vendor_path]
    return [parse_path(text) for text in texts if text is not None]


# -- one direction ---------------------------------------------------------------------------------


_Take = Callable[[dict[str, Json]], tuple[Json, ...]]


@dataclass(frozen=True, slots=True)
class _Shape:
    """What is done for records with one set of keys.

    `values` takes the value of every key, and raises KeyError where one is missing: first those
    that have a place in `blank`, in its order. `size` is how many keys there are, or -1: which key
    a field is read from depends on their order.
    """

    size: int
    values: _Take
    blank: dict[str, Json]
    texts: tuple[str, ...]
    converted: tuple[tuple[str, Convert], ...]
    trimmed: tuple[tuple[str, Convert], ...]


_Act = Callable[[dict[str, Json], dict[str, Json]], None]
"""Moves from a record into the object that is made of it."""


class _Direction:
    """The moves of one direction."""

    def __init__(
        self, moves: list[_Move], gone: list[Steps], *, passes: bool, is_lenient: bool
    ) -> None:
        moves = [move for move in moves if is_writable(move.target)]
        parts = _parts(moves)
        self._passes = passes
        self._is_lenient = is_lenient
        self._flat = [
            (move.source[0].name, move.target[0].name, move.convert)
            for move in moves
            if move.source is not None and _is_flat(move, parts)
        ]
        deep = [move for move in moves if not _is_flat(move, parts)]
        # The whole before its parts: `users` is there when `users[*].name` is put into it.
        deep.sort(key=lambda move: len(move.target))
        self._deep = tuple(_acts(deep, parts, is_lenient=is_lenient))
        sources = [move.source for move in moves if move.source is not None]
        self._consumed = consumed([*sources, *gone])
        # What passes and is then written into must be the result's own.
        entered = {move.target[0].name for move in deep if len(move.target) > 1}
        self._trims = {
            name: _trimming(self._consumed.get(name) or {}, is_lenient=is_lenient)
            for name in entered | self._consumed.keys()
        }
        self._shapes: dict[tuple[str, ...], _Shape] = {}
        self._latest = self._shape(())

    def map(self, record: Json) -> Json:
        """Return the mapped object."""
        if type(record) is not dict:
            return record
        shape = self._latest
        # Most records have the keys of the one before. As many keys, and none of its keys missing:
        # they are the same, and were not looked up in vain, because their values are wanted.
        try:
            values = shape.values(record) if len(record) == shape.size else None
        except KeyError:
            values = None
        if values is None:
            shape = self._latest = self._shape(tuple(record))
            values = shape.values(record)
        made = shape.blank.copy()  # as large as it will be: it need not grow
        made.update(zip(shape.blank, values))  # noqa: B905 - what has no target is last
        for target in shape.texts:
            if type(made[target]) is not str:
                made[target] = text_of(made[target])
        for target, convert in shape.converted:
            made[target] = convert(made[target])
        if shape.trimmed or self._deep:
            self._finish(record, made, shape)
        return made

    def _finish(self, record: dict[str, Json], made: dict[str, Json], shape: _Shape) -> None:
        for key, trim in shape.trimmed:
            if key in made:
                continue  # a field of that name is mapped from elsewhere
            value = trim(record[key])
            if value is not MISSING:
                made[key] = value
        for act in self._deep:
            act(record, made)

    def _shape(self, keys: tuple[str, ...]) -> _Shape:
        """Return what is done for records with these keys; it is settled once."""
        shape = self._shapes.get(keys)
        if shape is None:
            if len(self._shapes) >= MOST_SHAPES:
                self._shapes.clear()
            shape = self._shapes[keys] = self._settled(keys)
        return shape

    def _settled(self, keys: tuple[str, ...]) -> _Shape:
        held = dict.fromkeys(keys)
        found: list[tuple[str, str, Convert | None]] = []
        taken = set()
        is_guessed = False
        for source, target, convert in self._flat:
            key: str | None = source
            if source not in held:
                key = folded_key(held, source) if self._is_lenient else None
                is_guessed = is_guessed or key is not None
            if key is not None:
                taken.add(key)
                found.append((key, target, convert))
        passing, trimmed = self._passing(keys, taken)
        # Of several for one target the last stands, and conversions come after the rest.
        found.sort(key=lambda one: (one[2] is not None, one[2] is not text_of))
        moves: dict[str, tuple[str, Convert | None]] = {key: (key, None) for key in passing}
        moves |= {target: (key, convert) for key, target, convert in found}
        sources = [key for key, _ in moves.values()]
        return _Shape(
            -1 if is_guessed else len(keys),
            _taking((*sources, *held.keys() - set(sources))),
            dict.fromkeys(moves),
            tuple(target for target, (_, convert) in moves.items() if convert is text_of),
            tuple(
                (target, convert)
                for target, (_, convert) in moves.items()
                if convert is not None and convert is not text_of
            ),
            tuple(trimmed),
        )

    def _passing(
        self, keys: tuple[str, ...], taken: set[str]
    ) -> tuple[list[str], list[tuple[str, Convert]]]:
        """Return which keys pass whole, and which without a part or as a copy."""
        if not self._passes:
            return [], []
        whole: list[str] = []
        trimmed: list[tuple[str, Convert]] = []
        for key in keys:
            if key in taken or (key in self._consumed and self._consumed[key] is None):
                continue
            if key in self._trims:
                trimmed.append((key, self._trims[key]))
            else:
                whole.append(key)
        return whole, trimmed


def _taking(keys: tuple[str, ...]) -> _Take:
    """Return what takes the values of keys in their order."""
    if len(keys) > 1:
        return itemgetter(*keys)
    return lambda record: tuple(record[key] for key in keys)


_Parts = Mapping[Steps, list[_Move]]


def _parts(moves: list[_Move]) -> _Parts:
    """Return the moves that write into a place, by the place."""
    found: dict[Steps, list[_Move]] = {}
    for move in moves:
        target = _plain(move.target)
        for length in range(1, len(target)):
            found.setdefault(target[:length], []).append(move)
    return found


def _is_flat(move: _Move, parts: _Parts) -> bool:
    """Tell whether a move goes from one name to one name, and nothing is written into it."""
    return (
        move.source is not None
        and len(move.source) == len(move.target) == 1
        and move.default is MISSING
        and move.target not in parts
    )


def _acts(moves: list[_Move], parts: _Parts, *, is_lenient: bool) -> Iterator[_Act]:
    """Return what does these moves, in their order; neighbours of one container go together."""

    def between(move: _Move) -> _Containers | None:
        return _containers(move) if move.target not in parts else None

    for containers, neighbours in groupby(moves, key=between):
        group = list(neighbours)
        if containers is not None and (len(group) > 1 or containers.is_each):
            yield _together(containers, group, is_lenient=is_lenient)
        else:
            yield from (_alone(move, parts, is_lenient=is_lenient) for move in group)


@dataclass(frozen=True, slots=True)
class _Containers:
    """The objects between which moves go, or the arrays of which each element is one."""

    source: Steps
    target: Steps
    is_each: bool


def _containers(move: _Move) -> _Containers | None:
    """Return between what a move goes, or None: it is more than from a name to a name in these."""
    if move.source is None or move.default is not MISSING:
        return None
    source, target = move.source[:-1], move.target[:-1]
    is_each = source[-1:] == (EVERY,)
    if is_each is not (target[-1:] == (EVERY,)):
        return None
    if is_each:
        source, target = source[:-1], target[:-1]
    steps = (*source, *target, move.source[-1], move.target[-1])
    is_named = all(step.kind == "key" for step in steps)
    return _Containers(source, target, is_each) if is_named else None


def _together(containers: _Containers, moves: list[_Move], *, is_lenient: bool) -> _Act:
    """Return what does all moves between two containers."""
    part = _between(moves, is_lenient=is_lenient)
    read, held_at = compile_read(containers.source), compile_read(containers.target)
    put: Callable[[dict[str, Json], Json], None] = (
        compile_put(containers.target) if containers.target else dict.update
    )

    def into_object(record: dict[str, Json], made: dict[str, Json]) -> None:
        found = read(record)
        value = part(found) if isinstance(found, dict) else None
        if value:
            held = held_at(made)
            put(made, held | value if isinstance(held, dict) else value)

    def into_array(record: dict[str, Json], made: dict[str, Json]) -> None:
        found = read(record)
        if isinstance(found, list):
            values = [part(one) if isinstance(one, dict) else {} for one in found]
            held = held_at(made)
            put(made, _joined(held, values) if isinstance(held, list) else values)

    return into_array if containers.is_each else into_object


def _between(moves: list[_Move], *, is_lenient: bool) -> Map:
    """Return what makes an object of another by the last names of moves."""
    named = [
        (move.source[-1].name, move.target[-1].name, move.convert) for move in moves if move.source
    ]

    def act(found: dict[str, Json]) -> dict[str, Json]:
        made: dict[str, Json] = {}
        for source, target, convert in named:
            if source in found:
                value = found[source]
            else:
                key = folded_key(found, source) if is_lenient else None
                if key is None:
                    continue
                value = found[key]
            made[target] = value if convert is None else convert(value)
        return made

    return act


def _joined(held: list[Json], values: list[dict[str, Json]]) -> list[Json]:
    """Return objects put into the elements of a list, one by one."""
    joined = [
        (one | value if isinstance(one, dict) else value) if value else one
        for one, value in zip(held, values, strict=False)
    ]
    return [*joined, *held[len(values) :], *values[len(held) :]]


def _alone(move: _Move, parts: _Parts, *, is_lenient: bool) -> _Act:
    source, target = move.source, move.target
    read = None if source is None else compile_read(source, is_lenient=is_lenient)
    acts: list[Convert] = []
    if source is not None and stars(source):
        levels = stars(source) - max(stars(target), 1)
        if levels > 0:
            acts.append(lambda value: flattened(value, by=levels))
        if target[-1].kind == "every" or not stars(target):
            acts.append(_dense)
    inside = parts.get(_plain(target))
    if inside is not None:
        acts.append(copied)
        whole = _plain(source or ())
        for part in inside:
            taken = _plain(part.source or ())
            if whole and _extends(taken, whole):
                acts.append(_dropping(taken[len(whole) :]))
    elif move.convert is not None:
        acts.append(each(move.convert, depth=move.depth))
    put, prepare, default = compile_put(target), _chained(acts), move.default

    def act(record: dict[str, Json], made: dict[str, Json]) -> None:
        value = MISSING if read is None else read(record)
        if default is not MISSING and (value is MISSING or value is None):
            value = copied(default)
        elif value is MISSING:
            return
        elif prepare is not None:
            value = prepare(value)
        put(made, value)

    return act


def _chained(acts: list[Convert]) -> Convert | None:
    if not acts:
        return None
    if len(acts) == 1:
        return acts[0]

    def act(value: Json) -> Json:
        for one in acts:
            value = one(value)
        return value

    return act


def _plain(steps: Steps) -> Steps:
    """Return a path without its last `[*]`: the array itself."""
    while len(steps) > 1 and steps[-1].kind == "every":
        steps = steps[:-1]
    return steps


def _extends(longer: Steps, shorter: Steps) -> bool:
    return len(longer) > len(shorter) and longer[: len(shorter)] == shorter


def _dense(value: Json) -> Json:
    """Return a list without the places where an element had no such value."""
    if not isinstance(value, list):
        return value
    return [_dense(one) if isinstance(one, list) else one for one in value if one is not MISSING]


def _dropping(steps: Steps) -> Convert:
    """Return what takes a part out of a copy, because the part goes elsewhere in it."""

    def act(value: Json) -> Json:
        _drop(value, steps)
        return value

    return act


def _drop(value: Json, steps: tuple[Step, ...]) -> None:
    step, rest = steps[0], steps[1:]
    if step.kind == "every" and isinstance(value, list) and rest:
        for one in value:
            _drop(one, rest)
    elif step.kind == "key" and isinstance(value, dict) and step.name in value:
        if rest:
            _drop(value[step.name], rest)
        else:
            del value[step.name]


# -- what passes -----------------------------------------------------------------------------------


def consumed(places: list[Steps]) -> _Tree:
    """Return the keys that are taken by moves; looking one element of an array up takes nothing."""
    root: _Tree = {}
    for steps in places:
        names = []
        for step in steps:
            if step.kind != "key":
                break
            names.append(step.name)
        if len(names) < len(steps) and steps[len(names)].kind != "every":
            continue
        here = root
        for name in names[:-1]:
            below = here.setdefault(name, {})
            if below is None:
                break
            here = below
        else:
            here[names[-1]] = None
    return root


def _trimming(tree: Mapping[str, "_Tree | None"], *, is_lenient: bool) -> Convert:
    """Return what copies a value without a part; `MISSING` where nothing is left of an object."""
    if not tree:
        return copied
    wholly = frozenset(name for name, below in tree.items() if below is None)
    partly = {
        name: _trimming(below, is_lenient=is_lenient)
        for name, below in tree.items()
        if below is not None
    }

    def act(value: Json) -> Json:
        if not isinstance(value, dict):
            return copied(value)
        gone = wholly
        if is_lenient and not value.keys() >= wholly:
            absent = wholly - value.keys()
            gone |= {key for name in absent if (key := folded_key(value, name)) is not None}
        kept: dict[str, Json] = {}
        for key, part in value.items():
            if key in gone:
                continue
            if key in partly:
                part = partly[key](part)
                if part is MISSING:
                    continue
            elif isinstance(part, dict | list):
                part = copied(part)
            kept[key] = part
        return kept if kept or not value else MISSING

    return act
