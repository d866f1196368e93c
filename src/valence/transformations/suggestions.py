"""Which field of a vendor's object each field of the caller's is likely to be.

Names are compared by their words, whatever their case and separators; the vendor's label counts as
a name too. What a canonical model says of the element settles what names cannot: `firstName` is
`given_name` there. Types and the values seen speak for or against. Each field is used once, the
surest pair first; what is not likely enough is left to a person."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from valence.transformations.documented import SampledField
from valence.transformations.inference import is_date
from valence.transformations.paths import parse_path, stars
from valence.transformations.values import Json

Why = Literal["name", "type", "canonical", "value"]
MOST_WANTED = 100
MOST_OFFERED = 1000
LEAST = 0.5
"""Below this a suggestion is wrong more often than right."""
_CANONICAL, _NAME, _VALUE, _TYPE, _CLASH = 0.9, 0.85, 0.35, 0.05, 0.3
_COMMON = frozenset(
    {"id", "name", "type", "date", "key", "value", "code", "number", "status", "text"}
)
_BRACKETS = re.compile(r"\[[^\]]*\]")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A field of the caller's and where the vendor likely has it; `score` is from 0 to 1."""

    path: str
    vendor_path: str
    score: float
    why: tuple[Why, ...]


@dataclass(frozen=True, slots=True)
class Canon:
    """What canonical models tell: the words for each field, and where this vendor has it.

    `names` leads from any folded name of a field to the field, `places` from there to the vendor's
    path.
    """

    names: Mapping[str, str]
    places: Mapping[str, str]

    def place(self, path: str) -> str | None:
        """Return where the vendor has what a caller's path names."""
        field = self.names.get(folded(path))
        return None if field is None else self.places.get(field)


NO_CANON = Canon({}, {})


def suggest(
    wanted: Sequence[tuple[str, str]], offered: Sequence[SampledField], *, canon: Canon = NO_CANON
) -> list[Suggestion]:
    """Return suggestions, the surest first.

    At most `MOST_WANTED` fields are looked for, among at most `MOST_OFFERED`.

    Args:
        wanted: paths and types of the caller's fields.
    """
    candidates = _Candidates(offered[:MOST_OFFERED])
    pairs = [
        (score, why, path, field, kind)
        for path, kind in wanted[:MOST_WANTED]
        for place in (canon.place(path),)
        for field, looks in candidates.of(path, place)
        for score, why in (_likely(path, kind, field, place, looks),)
        if score >= LEAST
    ]
    pairs.sort(key=lambda pair: (-pair[0], -pair[3].seen))
    used: set[str] = set()
    taken: set[str] = set()
    found = []
    for score, why, path, field, kind in pairs:
        if path in used or field.path in taken:
            continue
        used.add(path)
        taken.add(field.path)
        place = _one_of(field.path, path, kind)
        found.append(Suggestion(path, place, round(min(score, 1.0), 2), why))
    return found


def folded(path: str) -> str:
    """Return a path as names are compared: its words, without case, separators and brackets."""
    return "".join(_words(path))


# -- inside ----------------------------------------------------------------------------------------


class _Candidates:
    """The fields that have something in common with a name: nearly all others have nothing."""

    def __init__(self, offered: Sequence[SampledField]) -> None:
        self._offered = [(field, _looks(field)) for field in offered]
        self._by: dict[str, list[int]] = {}
        for number, (field, looks) in enumerate(self._offered):
            names = (_name(field.path), _name(field.display_name or ""))
            marks = {mark for name in names for mark in (*name.all, name.text)}
            for mark in (*marks, _everywhere(field.path), *(f"={look}" for look in looks)):
                self._by.setdefault(mark, []).append(number)

    def of(self, path: str, place: str | None) -> list[tuple[SampledField, frozenset[str]]]:
        """Return the fields that share a word, lead to a place, or look as the name says; and how
        the values of each look."""
        name = _name(path)
        marks = {*name.all, name.text, *(f"={look}" for look in _looks_meant(path))}
        if place is not None:
            marks.add(_everywhere(place))
        numbers = {number for mark in marks for number in self._by.get(mark, ())}
        return [self._offered[number] for number in sorted(numbers)]


def _likely(
    path: str, kind: str, field: SampledField, place: str | None, looks: frozenset[str]
) -> tuple[float, tuple[Why, ...]]:
    name = _alike(path, field.path)
    if field.display_name:
        name = max(name, 0.95 * _alike(path, field.display_name))
    score = _NAME * name
    why: list[Why] = ["name"] if name >= LEAST else []
    if place is not None and _everywhere(place) == _everywhere(field.path):
        score = max(score, _CANONICAL)
        why.append("canonical")
    if _looks_meant(path) & looks:
        score += _VALUE
        why.append("value")
    if not why:
        return 0.0, ()
    if _is_clash(path, kind, field):
        score -= _CLASH
    elif _is_type(kind, field.type):
        score += _TYPE
        why.append("type")
    return score, tuple(why)


def _alike(path: str, other: str) -> float:
    """Return how alike two names are: their last parts first, then all their words."""
    own, theirs = _name(path), _name(other)
    if not own.parts or not theirs.parts:
        return 0.0
    everything = _overlap(own.all, theirs.all)
    if own.text == theirs.text:  # `firstname` is `firstName`, whatever words it is made of
        return 0.6 + 0.4 * max(everything, 1 / max(len(own.parts), len(theirs.parts)))
    return 0.57 * _overlap(own.last, theirs.last) + 0.4 * everything


def _overlap(own: frozenset[str], theirs: frozenset[str]) -> float:
    both = own & theirs
    if own == theirs:
        return 1.0
    if both in (own, theirs) and not both <= _COMMON:
        return 0.75  # `phone` is said in full with `phone_number`; `id` is not with `account_id`
    return len(both) / len(own | theirs)


@dataclass(frozen=True, slots=True)
class _Name:
    """A name by the words of its parts, of the last part alone, and that part in one word."""

    parts: tuple[tuple[str, ...], ...]
    text: str
    last: frozenset[str]
    all: frozenset[str]


@lru_cache(maxsize=4096)
def _name(path: str) -> _Name:
    parts = _parts(path)
    last = parts[-1] if parts else ()
    return _Name(parts, "".join(last), frozenset(last), frozenset(_joined(parts)))


def _joined(parts: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(word for part in parts for word in part)


@lru_cache(maxsize=4096)
def _parts(path: str) -> tuple[tuple[str, ...], ...]:
    """Return the words of each part of a path."""
    return tuple(words for part in path.split(".") if (words := tuple(_words(part))))


def _words(text: str) -> Iterator[str]:
    for word in _WORD.findall(text.partition("[")[0] if "." not in text else text):
        found = word.lower()
        # `emails` and `email` are the same word; `address` and `status` have no such s.
        is_plural = len(found) > 3 and found.endswith("s") and not found.endswith(("ss", "us"))
        yield found[:-1] if is_plural else found


@lru_cache(maxsize=4096)
def _everywhere(path: str) -> str:
    """Return a path as one that leads to all elements, for one may lead to a single one of them."""
    return "/" + _BRACKETS.sub("[*]", path).casefold()


def _is_type(kind: str, other: str) -> bool:
    numbers = ("int", "integer", "number")
    are_lists = kind.startswith("array") and other.startswith("array")
    return kind == other or are_lists or (kind in numbers and other in numbers)


def _is_clash(path: str, kind: str, field: SampledField) -> bool:
    """Tell whether values of a field can hardly be what is wanted."""
    is_list = kind.startswith("array") or bool(stars(parse_path(path)))
    if is_list and not (stars(parse_path(field.path)) or field.type.startswith("array")):
        return True
    if kind not in ("number", "int", "integer", "boolean", "date") or not field.types:
        return False
    return not _is_type(kind, field.type)


def _one_of(vendor_path: str, path: str, kind: str) -> str:
    """Return the first element's place where one value is wanted of what the vendor has many."""
    if stars(parse_path(path)) or kind.startswith("array"):
        return vendor_path
    return vendor_path.replace("[*]", "[0]")


# -- what values say -------------------------------------------------------------------------------

_LOOKS = {
    "email": re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+\Z"),
    "phone": re.compile(r"\+?[\d(][\d\s().x/-]{5,24}\Z"),
    "url": re.compile(r"(https?://|www\.)\S+\Z", re.IGNORECASE),
}
_WORDS_FOR = {
    "email": "email", "mail": "email",
    "phone": "phone", "telephone": "phone", "mobile": "phone", "fax": "phone", "cell": "phone",
    "url": "url", "website": "url", "homepage": "url", "link": "url",
    "date": "date", "created": "date", "modified": "date", "updated": "date", "birthday": "date",
}  # fmt: skip


@lru_cache(maxsize=4096)
def _looks_meant(path: str) -> frozenset[str]:
    """Return the look that a name asks for; a name that asks for two asks for none."""
    last = _parts(path)[-1:]
    looks = {_WORDS_FOR[word] for part in last for word in part if word in _WORDS_FOR}
    return frozenset(looks) if len(looks) == 1 else frozenset()


def _looks(field: SampledField) -> frozenset[str]:
    """Return the looks that all values seen have."""
    if not field.samples:
        return frozenset()
    return frozenset(
        look for look in (*_LOOKS, "date") if all(_has_look(value, look) for value in field.samples)
    )


def _has_look(value: Json, look: str) -> bool:
    if not isinstance(value, str):
        return False
    return is_date(value) if look == "date" else _LOOKS[look].match(value) is not None
