"""What becomes of every field, on both sides of a transformation: nothing is lost silently.

`coverage` holds a transformation against records of the vendor and what is documented of its
object. For each field of the vendor it tells whether it is mapped, passes, or is dropped; for each
field of the caller's object whether anything fills it, and with what kind of value. It follows the
rules of `plan.py`; what a script does it cannot know."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Literal

import orjson

from valence.transformations.convert import converter
from valence.transformations.dates import iso_moment
from valence.transformations.documented import SampledField, place_of
from valence.transformations.inference import LONGEST_SAMPLE, type_of
from valence.transformations.paths import (
    EVERY,
    Step,
    Steps,
    compile_read,
    is_writable,
    parse_path,
    stars,
)
from valence.transformations.plan import consumed
from valence.transformations.values import MISSING, FieldMapping, Json, Level, Transformation

VendorState = Literal["mapped", "passed", "dropped"]
FieldState = Literal["mapped", "unmapped", "neverSeen", "empty", "removed"]
MOST_CONFLICTS = 3


@dataclass(frozen=True, slots=True)
class VendorField:
    """A field of the vendor and what becomes of it on the way to the caller.

    `mapped` to the fields in `mapped_to`, `passed` under its own name, or `dropped`. Where
    `is_partial`, a search or an index takes one element of several, or a part of what is here.
    """

    path: str
    state: VendorState
    mapped_to: tuple[str, ...]
    is_partial: bool
    type: str
    types: Mapping[str, int]
    seen: int
    is_documented: bool
    is_custom: bool
    display_name: str | None = None


@dataclass(frozen=True, slots=True)
class Conflict:
    """A value that is not of the declared type, and which conversion keeps as it is."""

    sample: Json
    declared: str
    found: str


@dataclass(frozen=True, slots=True)
class CoveredField:
    """A field of the caller's object and whether anything fills it.

    `mapped`: some record has a value for it, or it has a default. `unmapped`: the definition has
    it, and nothing is mapped to it. `neverSeen`: no record has its source, and it is not
    documented: mistyped, most likely. `empty`: the source is known, and no record has a value.
    `removed`: it is dropped both ways. `conflict_count` is of values, `conflicts` are a few.
    """

    path: str
    vendor_path: str | None
    type: str
    state: FieldState
    level: Level | None
    seen: int
    is_writable: bool
    conflicts: tuple[Conflict, ...] = ()
    conflict_count: int = 0


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts by state. `share` is that of the caller's fields that are filled, `vendor_share` that
    of the vendor's fields that reach the caller; 1 where there are none."""

    fields: Mapping[str, int]
    vendor_fields: Mapping[str, int]
    conflicts: int
    share: float
    vendor_share: float


@dataclass(frozen=True, slots=True)
class Coverage:
    """The report. `is_scripted`: a script comes after all this, and may change any of it."""

    name: str
    vendor_name: str
    record_count: int
    fields: tuple[CoveredField, ...]
    vendor_fields: tuple[VendorField, ...]
    summary: Summary
    is_scripted: bool = False


def coverage(
    transformation: Transformation,
    records: Sequence[Json],
    fields: Sequence[SampledField],
    *,
    definition: Iterable[tuple[str, str]] = (),
) -> Coverage:
    """Return what becomes of every field.

    Args:
        records: the vendor's, untransformed.
        fields: what is known of the vendor's object, from those records and from its metadata.
        definition: paths and types of the fields that the caller's object is to have.
    """
    known = _Known(fields)
    sources = [(one, _Source(one, records, known)) for one in transformation.fields]
    own = [_covered(one, source) for one, source in sources]
    filled = {one.path for one, source in sources if source.is_put or not records}
    ways = _Ways(transformation, known, filled)
    theirs = tuple(_vendor_field(one, ways) for one in fields)
    places = {one.path: place_of(one.path) for one in transformation.fields}
    own += [_defined(path, kind, places, own) for path, kind in definition if path not in places]
    return Coverage(
        name=transformation.name,
        vendor_name=transformation.vendor_name,
        record_count=len(records),
        fields=tuple(own),
        vendor_fields=theirs,
        summary=_summary(own, theirs),
        is_scripted=bool(transformation.scripts),
    )


class _Known:
    """What is known of the vendor's object, by the first names of paths.

    Two places have to do with each other only where those are the same; objects with thousands of
    fields are looked through quickly so.
    """

    def __init__(self, fields: Sequence[SampledField]) -> None:
        self._by_first: dict[str, list[tuple[Steps, SampledField]]] = {}
        self._own_case: dict[str, str] = {}
        for field in fields:
            place = parse_path(field.path)
            self._by_first.setdefault(place[0].name, []).append((place, field))
            self._own_case.setdefault(place[0].name.casefold(), place[0].name)

    @property
    def is_nothing(self) -> bool:
        """Tell whether nothing is known at all."""
        return not self._by_first

    def near(self, read: Steps) -> list[tuple[Steps, SampledField]]:
        """Return the fields that begin as a path does."""
        return self._by_first.get(read[0].name, [])

    def in_their_case(self, read: Steps) -> Steps:
        """Return a path with its last name as the vendor has it: its letter case is overlooked."""
        *before, last = read
        if last.kind != "key" or any(_is_beginning(read, place) for place, _ in self.near(read)):
            return read
        if not before:
            name = self._own_case.get(last.name.casefold())
            return read if name is None else (Step("key", name),)
        for place, _ in self.near(read):
            here = place[len(before)] if len(place) > len(before) else None
            if here is None or here.kind != "key" or not _is_beginning(tuple(before), place):
                continue
            if here.name.casefold() == last.name.casefold():
                return place[: len(read)]
        return read


# -- the vendor's fields -----------------------------------------------------------------------


class _Ways:
    """How a transformation treats places of the vendor's records."""

    def __init__(self, transformation: Transformation, known: _Known, filled: Set[str]) -> None:
        reads = [
            (one.path, known.in_their_case(parse_path(one.vendor_path)))
            for one in transformation.fields
            if one.is_read and one.vendor_path and is_writable(parse_path(one.path))
        ]
        gone = [
            parse_path(text)
            for one in transformation.fields
            if not one.is_read
            for text in (one.path, one.vendor_path)
            if text is not None
        ]
        written = [
            (one.path, parse_path(one.path))
            for one in transformation.fields
            if one.is_read and one.path in filled
        ]
        # The whole before its parts.
        written.sort(key=lambda pair: len(pair[1]))
        self._order = {path: number for number, (path, _) in enumerate(written)}
        self._reads = _by_first(reads)
        self._written = _by_first(written)
        self._consumed = consumed([*(place for _, place in reads), *gone])
        self._passes = transformation.passes_read

    def targets(self, place: Steps, *, is_plain: bool) -> tuple[list[str], bool]:
        """Return the fields that read a place, and whether each of them takes but a part of it.

        Args:
            is_plain: neither an object nor a list was ever seen there.
        """
        found = [
            (path, kind)
            for path, read in self._reads.get(place[0].name, ())
            if read[-1].kind != "size"
            and (kind := _taken(read, place, is_plain=is_plain))
            and not self._is_lost(path, read, place)
        ]
        return [path for path, _ in found], all(kind == "part" for _, kind in found)

    def _is_lost(self, path: str, read: Steps, place: Steps) -> bool:
        """Tell whether what a field takes along is overwritten where it lands, by another field."""
        own = self._order.get(path, -1)
        rest, target = place[len(_plain(read)) :], parse_path(path)
        lands = (_plain(target) if rest[:1] == (EVERY,) else target) + rest
        return any(
            self._order[other] > own and _displaces(written, lands)
            for other, written in self._written.get(lands[0].name, ())
        )

    def passes(self, place: Steps) -> bool:
        """Tell whether a place that nothing reads reaches the caller under its own name."""
        written = self._written.get(place[0].name, ())
        is_taken = any(_displaces(one, place) for _, one in written)
        return self._passes and not is_taken and not _is_in(self._consumed, place)


def _by_first(pairs: Sequence[tuple[str, Steps]]) -> dict[str, list[tuple[str, Steps]]]:
    found: dict[str, list[tuple[str, Steps]]] = {}
    for path, place in pairs:
        found.setdefault(place[0].name, []).append((path, place))
    return found


def _taken(read: Steps, place: Steps, *, is_plain: bool) -> Literal["whole", "part"] | None:
    """Tell whether a field that reads one place gets what is at another: all of it, or a part."""
    if len(read) > len(place) and is_plain:
        return None  # it looks for something inside a value that has no inside
    is_part = False
    for at, step in enumerate(read):
        if at == len(place):
            if len(_plain(read)) > at:
                return "part"  # what is here holds what is read
            break
        if step == place[at]:
            continue
        if step.kind not in ("index", "first", "match") or place[at].kind != "every":
            return None
        is_part = True
    return "part" if is_part else "whole"


def _is_in(tree: Mapping[str, object], place: Steps) -> bool:
    """Tell whether a place is in what is used up."""
    here: object = tree
    for step in place:
        if not isinstance(here, dict) or step.kind != "key" or step.name not in here:
            return here is None
        here = here[step.name]
    return here is None


def _plain(read: Steps) -> Steps:
    while len(read) > 1 and read[-1].kind == "every":
        read = read[:-1]
    return read


def _is_beginning(shorter: Steps, longer: Steps) -> bool:
    return longer[: len(shorter)] == shorter


def _displaces(written: Steps, place: Steps) -> bool:
    """Tell whether writing at one place takes away what is at another.

    It does at the place, around it and inside it, and where a list comes to stand for an object.
    """
    for own, other in zip(written, place, strict=False):
        if (own.kind == "key") is not (other.kind == "key"):
            return True
        if own.kind == "key" and own.name != other.name:
            return False
    return True


def _vendor_field(field: SampledField, ways: _Ways) -> VendorField:
    place = parse_path(field.path)
    is_plain = bool(field.types) and not any(
        kind.startswith("array") or kind == "object" for kind in field.types
    )
    mapped_to, is_partial = ways.targets(place, is_plain=is_plain)
    state: VendorState = "passed" if ways.passes(place) else "dropped"
    if mapped_to:
        state = "mapped"
    return VendorField(
        path=field.path,
        state=state,
        mapped_to=tuple(mapped_to),
        is_partial=bool(mapped_to) and is_partial,
        type=field.type,
        types=field.types,
        seen=field.seen,
        is_documented=field.is_documented,
        is_custom=field.is_custom,
        display_name=field.display_name,
    )


# -- the caller's fields -----------------------------------------------------------------------


def _covered(field: FieldMapping, found: "_Source") -> CoveredField:
    conflicts = _conflicts(field, found.values) if field.is_read else []
    distinct = {(repr(one.sample), one.found): one for one in conflicts}
    return CoveredField(
        path=field.path,
        vendor_path=field.vendor_path,
        type=field.type,
        state=_state(field, found.seen, is_known=found.is_known),
        level=field.level,
        seen=found.seen,
        is_writable=found.is_writable,
        conflicts=tuple(distinct.values())[:MOST_CONFLICTS],
        conflict_count=len(conflicts),
    )


class _Source:
    """What records have where a field is mapped to.

    `is_put` tells whether the field is written in some record at all, be it as null or as an empty
    list.
    """

    def __init__(self, field: FieldMapping, records: Sequence[Json], known: _Known) -> None:
        self.seen = 0
        self.values: list[Json] = []
        self.is_known = self.is_writable = False
        self.is_put = field.default is not MISSING
        if field.vendor_path is None:
            return
        place = parse_path(field.vendor_path)
        self.is_writable = (
            field.is_written and is_writable(place) and not _is_read_only(place, known)
        )
        read = compile_read(place, is_lenient=True)
        # As deep as conversion goes into lists.
        depth = max(stars(place), stars(parse_path(field.path)))
        is_empty = has_elements = False
        for record in records:
            found = read(record)
            self.is_put = self.is_put or found is not MISSING
            parts = _parts(found, stars(place))
            is_empty = is_empty or found == []
            has_elements = has_elements or (isinstance(found, list) and bool(parts))
            there = [one for one in parts if one is not MISSING]
            values = [one for one in there if one is not None]
            self.seen += bool(values)
            self.values += [
                part
                for one in values
                for part in _parts(one, depth - stars(place))
                if part is not None and part is not MISSING
            ]
            self.is_known = self.is_known or bool(there)
        if is_empty and not has_elements:
            self.is_known = True  # nobody knows what would be in these lists
        if not self.is_known:
            self.is_known = (not records and known.is_nothing) or _is_documented(place, known)


def _state(field: FieldMapping, seen: int, *, is_known: bool) -> FieldState:
    if not field.is_read and not (field.is_written and field.vendor_path):
        return "removed"
    if seen or (field.is_read and field.default is not MISSING):
        return "mapped"
    if field.vendor_path is None:
        return "unmapped"
    return "empty" if is_known else "neverSeen"


def _parts(found: Json, depth: int) -> list[Json]:
    """Return the values in lists so many lists deep."""
    values = [found]
    for _ in range(depth):
        values = [part for one in values for part in (one if isinstance(one, list) else (one,))]
    return values


def _is_documented(place: Steps, known: _Known) -> bool:
    near = known.near(known.in_their_case(place))
    return any(_taken(place, other, is_plain=bool(field.types)) for other, field in near)


def _is_read_only(place: Steps, known: _Known) -> bool:
    return any(field.is_read_only and _plain(other) == place for other, field in known.near(place))


def _conflicts(field: FieldMapping, values: Sequence[Json]) -> list[Conflict]:
    kind = field.type.lower()
    fits = _FITS.get(kind)
    if fits is None:
        return []
    convert = converter(kind)
    made = ((value, value if convert is None else convert(value)) for value in values)
    return [
        Conflict(_short(value), field.type, type_of(value))
        for value, found in made
        if not fits(found)
    ]


def _short(value: Json) -> Json:
    if isinstance(value, dict | list):
        value = orjson.dumps(value).decode()
    if isinstance(value, str) and len(value) > LONGEST_SAMPLE:
        return value[: LONGEST_SAMPLE - 1] + "…"
    return value


def _is_number(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_whole(value: Json) -> bool:
    return type(value) is int or (type(value) is float and value.is_integer())


_FITS: dict[str, Callable[[Json], bool]] = {
    "number": _is_number,
    "int": _is_whole,
    "integer": _is_whole,
    "boolean": lambda value: isinstance(value, bool),
    "date": lambda value: isinstance(value, str) and iso_moment(value) is not None,
}


def _defined(
    path: str, kind: str, places: Mapping[str, Steps], own: Sequence[CoveredField]
) -> CoveredField:
    """Return a field of the definition that is not mapped itself; parts of it may be."""
    place = place_of(path)
    near = [
        one
        for one in own
        if (other := places.get(one.path)) is not None
        and (_is_beginning(place, other) or _is_beginning(other, place))
    ]
    best = min(near, key=lambda one: _BETTER[one.state], default=None)
    return CoveredField(
        path=path,
        vendor_path=None,
        type=kind,
        state="unmapped" if best is None else best.state,
        level=None,
        seen=max((one.seen for one in near), default=0),
        is_writable=any(one.is_writable for one in near),
    )


_BETTER: dict[FieldState, int] = {
    "mapped": 0,
    "empty": 1,
    "neverSeen": 2,
    "unmapped": 3,
    "removed": 4,
}


def _summary(own: Sequence[CoveredField], theirs: Sequence[VendorField]) -> Summary:
    fields = Counter(one.state for one in own)
    vendor_fields = Counter(one.state for one in theirs)
    return Summary(
        fields={state: fields[state] for state in _BETTER},
        vendor_fields={state: vendor_fields[state] for state in _VENDOR_STATES},
        conflicts=sum(one.conflict_count for one in own),
        share=_share(fields["mapped"], len(own) - fields["removed"]),
        vendor_share=_share(len(theirs) - vendor_fields["dropped"], len(theirs)),
    )


_VENDOR_STATES: tuple[VendorState, ...] = ("mapped", "passed", "dropped")


def _share(part: int, whole: int) -> float:
    return round(part / whole, 3) if whole else 1.0
