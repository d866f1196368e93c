"""Places in a JSON value: `a.b`, `list[*].x`, `Products[0].id`, `Products[id=4].name`,
`Products[?(@.id==2)].name`, `Products[*].size()`; a name with dots in it stands in back quotes.

Source: the wire contract on transformations, its section on paths. Predicates compare, and do
nothing else: no expression is evaluated in a path. That an element which is found by a key can be
written too is ours: see docs/decisions/0019-elements-found-by-a-key.md.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import takewhile
from typing import Any, Literal

from valence.domain import InvalidRequest
from valence.transformations.values import MISSING, Json

LONGEST = 1000
DEEPEST = 40
LARGEST_INDEX = 1000
_KEY = re.compile(r"`((?:[^`]|``)+)`|[^.\[\]`][^.\[\]]*")
_PLAIN = re.compile(r"[^.\[\]`\s](?:[^.\[\]`]*[^.\[\]`\s])?\Z")
_INDEX = re.compile(r"\[(\d{1,9})\]")
_PREDICATE = re.compile(r"\[\?\(\s*@\.([^=!<>]+?)\s*(==|!=|<=|>=|<|>)\s*([^()]+?)\s*\)\]")
_SHORT = re.compile(r"\[([^=\[\]?*]+)=([^\[\]]*)\]")
_WHOLE = re.compile(r"-?\d{1,18}\Z", re.ASCII)
_SIZE = ".size()"
_WORDS: dict[str, Json] = {"true": True, "false": False, "null": None}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a path.

    `key` goes into an object, `every` to all elements of an array, `index` to one of them, `first`
    to the one that has `value` at `key`, `match` to all for which `test` holds, `size` counts.
    """

    kind: Literal["key", "every", "index", "first", "match", "size"]
    name: str = ""
    index: int = 0
    # What follows from the text, which `name` is, does not tell two steps apart.
    test: Callable[[Json], bool] | None = field(default=None, compare=False)
    key: tuple["Step", ...] = field(default=(), compare=False)
    value: Json = field(default=None, compare=False)


Steps = tuple[Step, ...]
EVERY = Step("every")


@lru_cache(maxsize=4096)
def parse_path(text: str) -> Steps:
    """Parse a path.

    Raises:
        InvalidRequest: it is none; the message names it and what was expected.
    """
    if not text.strip() or len(text) > LONGEST:
        raise _invalid(text, f"1 to {LONGEST} characters")
    rest, has_size = text.strip(), False
    if rest.endswith(_SIZE):
        rest, has_size = rest.removesuffix(_SIZE), True
    steps: list[Step] = []
    position = 0
    while position < len(rest):
        if rest[position] == "[":
            if not steps:
                raise _invalid(text, "a name before the first bracket")
            step, position = _bracket(text, rest, position)
        else:
            if steps:
                if rest[position] != ".":
                    raise _invalid(text, "a dot between names")
                position += 1
            found = _KEY.match(rest, position)
            if found is None or not found[0].strip():
                raise _invalid(text, "a name")
            name = found[0] if found[1] is None else found[1].replace("``", "`")
            step, position = Step("key", name), found.end()
        steps.append(step)
    if len(steps) > DEEPEST:
        raise _invalid(text, f"at most {DEEPEST} steps")
    if has_size:
        if steps and steps[-1] == EVERY:
            steps.pop()
        steps.append(Step("size"))
    if steps[0].kind != "key":
        raise _invalid(text, "a name")
    return tuple(steps)


def quoted(name: str) -> str:
    """Return a name as a path has it: in back quotes where it would not be one step otherwise."""
    return name if _PLAIN.match(name) else "`" + name.replace("`", "``") + "`"


def is_writable(steps: Steps) -> bool:
    """Tell whether a value can be put there: predicates and `size()` are for reading.

    Into an element that a key finds a value can be put, but neither in its place nor in the key's.
    """
    for place, step in enumerate(steps):
        if step.kind == "first":
            below = steps[place + 1 :]
            shorter = min(len(below), len(step.key))
            if any(part.kind != "key" for part in step.key) or not below:
                return False
            if below[0].kind != "key" or below[:shorter] == step.key[:shorter]:
                return False
        elif step.kind not in ("key", "every", "index"):
            return False
    return True


def is_nameable(steps: Steps) -> bool:
    """Tell whether a query can name a place: there is no search on the way."""
    return all(step.kind in ("key", "every", "index") for step in steps)


def leading_names(steps: Steps) -> tuple[str, ...]:
    """Return the names that lead to a place, up to the first array that is gone through."""
    return tuple(step.name for step in takewhile(lambda step: step.kind == "key", steps))


def stars(steps: Steps) -> int:
    """Return how many arrays a path goes through with all their elements."""
    return sum(step.kind in ("every", "match") for step in steps)


def compile_read(steps: Steps, *, is_lenient: bool = False) -> Callable[[Json], Json]:
    """Return a function that reads the place from a value; `MISSING` where it is not there.

    Arrays that the path goes through with all their elements become lists, nested as deep as there
    are such arrays. `is_lenient`: the last name matches without regard to case when the exact one
    is absent.
    """
    read: _Read = _found
    for place in range(len(steps) - 1, -1, -1):
        step = steps[place]
        read = _MAKERS[step.kind](step, read, is_lenient and place == len(steps) - 1)
    return read


def folded_key(record: dict[str, Json], name: str) -> str | None:
    """Return the key of an object that is a name but for the letter case."""
    wanted = name.casefold()
    return next((key for key in record if key.casefold() == wanted), None)


def flattened(value: Json, *, by: int) -> Json:
    """Return a list of lists with so many levels less; missing elements go."""
    if not isinstance(value, list):
        return value
    for _ in range(by):
        value = [
            part
            for one in value
            if one is not MISSING
            for part in (one if isinstance(one, list) else (one,))
        ]
    return value


def put(container: dict[str, Json], steps: Steps, value: Json) -> None:
    """Write a value at a writable place, making the objects and arrays on the way.

    What stands in the way and is no object or array is replaced. At `[*]` the elements of a list
    go to the elements there, one by one; a value that is no list counts as its only element. At
    `[key=value]` it goes into the first such element, which is added where there is none.
    """
    _put(container, steps, 0, value)


def compile_put(steps: Steps) -> Callable[[dict[str, Json], Json], None]:
    """Return `put` for one place; a place in objects alone, or an array there, is a short walk."""
    is_array = steps[-1] == EVERY
    if any(step.kind != "key" for step in steps[: len(steps) - is_array]):
        return lambda container, value: put(container, steps, value)
    *parents, last = (step.name for step in steps[: len(steps) - is_array])

    def act(container: dict[str, Json], value: Json) -> None:
        for name in parents:
            below = container.get(name)
            if type(below) is not dict:
                below = container[name] = {}
            container = below
        if not is_array:
            container[last] = value
        elif isinstance(container.get(last), list):
            put(container, (Step("key", last), EVERY), value)
        else:
            values = value if isinstance(value, list) else [value]
            container[last] = [None if one is MISSING else one for one in values]

    return act


def copied(value: Json) -> Json:
    """Return a JSON value whose objects and arrays are its own."""
    if isinstance(value, dict):
        return {key: copied(part) for key, part in value.items()}
    return [copied(part) for part in value] if isinstance(value, list) else value


# -- reading ---------------------------------------------------------------------------------------

_Read = Callable[[Any], Any]


def _found(value: Json) -> Json:
    return value


def _key(step: Step, rest: _Read, is_lenient: bool) -> _Read:
    name, is_last = step.name, rest is _found

    def read(value: Json) -> Json:
        if not isinstance(value, dict):
            return MISSING
        found = value.get(name, MISSING)
        if found is MISSING:
            if not is_lenient:
                return MISSING
            key = folded_key(value, name)
            if key is None:
                return MISSING
            found = value[key]
        return found if is_last else rest(found)

    return read


def _every(_step: Step, rest: _Read, _is_lenient: bool) -> _Read:
    def read(value: Json) -> Json:
        return [rest(part) for part in value] if isinstance(value, list) else MISSING

    return read


def _index(step: Step, rest: _Read, _is_lenient: bool) -> _Read:
    def read(value: Json) -> Json:
        is_there = isinstance(value, list) and step.index < len(value)
        return rest(value[step.index]) if is_there else MISSING

    return read


def _first(step: Step, rest: _Read, _is_lenient: bool) -> _Read:
    test = step.test or bool

    def read(value: Json) -> Json:
        for part in value if isinstance(value, list) else ():
            if test(part):
                return rest(part)
        return MISSING

    return read


def _match(step: Step, rest: _Read, is_lenient: bool) -> _Read:
    first, test = _first(step, rest, is_lenient), step.test or bool

    def read(value: Json) -> Json:
        # One element that fits is that element; several are a list, as JSONPath has it.
        if not isinstance(value, list):
            return MISSING
        fitting = [part for part in value if test(part)]
        return first(value) if len(fitting) < 2 else [rest(part) for part in fitting]

    return read


def _size(_step: Step, _rest: _Read, _is_lenient: bool) -> _Read:
    return lambda value: len(value) if isinstance(value, list) else MISSING


_MAKERS: dict[str, Callable[[Step, _Read, bool], _Read]] = {
    "key": _key,
    "every": _every,
    "index": _index,
    "first": _first,
    "match": _match,
    "size": _size,
}


# -- writing ---------------------------------------------------------------------------------------


def _put(container: dict[str, Json], steps: Steps, place: int, value: Json) -> None:
    name = steps[place].name
    if place + 1 == len(steps):
        container[name] = value
    else:
        container[name] = _into(container.get(name), steps, place + 1, value)


def _into(held: Json, steps: Steps, place: int, value: Json) -> Json:
    """Return what stands at a step's place once the value is in it."""
    if place == len(steps):
        return value
    step = steps[place]
    if step.kind == "key":
        inside = held if isinstance(held, dict) else {}
        _put(inside, steps, place, value)
        return inside
    items = held if isinstance(held, list) else []
    if step.kind == "first":
        _put(_element(items, step), steps, place + 1, value)
        return items
    values = [value] if step.kind == "index" or not isinstance(value, list) else value
    first = step.index if step.kind == "index" else 0
    blank: Json = {} if place + 1 < len(steps) and steps[place + 1].kind == "key" else None
    while len(items) < first + len(values):
        items.append(dict(blank) if isinstance(blank, dict) else blank)
    for offset, one in enumerate(values, first):
        if one is not MISSING:
            items[offset] = _into(items[offset], steps, place + 1, one)
    return items


def _element(items: list[Json], step: Step) -> dict[str, Json]:
    """Return the element that a key finds, which is new where there is none."""
    test = step.test or bool
    for part in items:
        if isinstance(part, dict) and test(part):
            return part
    made: dict[str, Json] = {}
    _put(made, step.key, 0, step.value)
    items.append(made)
    return made


# -- parsing ---------------------------------------------------------------------------------------


def _bracket(text: str, rest: str, position: int) -> tuple[Step, int]:
    if rest.startswith("[*]", position):
        return EVERY, position + 3
    found = _INDEX.match(rest, position)
    if found is not None:
        if int(found[1]) > LARGEST_INDEX:
            raise _invalid(text, f"an index of at most {LARGEST_INDEX}")
        return Step("index", index=int(found[1])), found.end()
    found = _PREDICATE.match(rest, position)
    if found is not None:
        test = _comparison(text, found[1], found[2], found[3])
        return Step("match", found[0], test=test), found.end()
    found = _SHORT.match(rest, position)
    if found is not None:
        key, value = parse_path(found[1].strip()), found[2].strip()
        test = _equality(text, found[1], value)
        step = Step("first", found[0], test=test, key=key, value=_meant(value))
        return step, found.end()
    raise _invalid(text, "[*], [0], [name=value] or [?(@.name==value)]")


def _comparison(text: str, path: str, operator: str, literal: str) -> Callable[[Json], bool]:
    read = compile_read(parse_path(path.strip()))
    wanted = _literal(text, literal)

    def test(part: Json) -> bool:
        found = read(part)
        if operator == "==":
            return _same(found, wanted)
        if operator == "!=":
            return not _same(found, wanted)
        if type(found) is bool or not isinstance(found, int | float | str):
            return False
        if isinstance(found, str) is not isinstance(wanted, str) or wanted is None:
            return False
        ordered: Any = wanted
        return (
            (operator == "<" and found < ordered)
            or (operator == ">" and found > ordered)
            or (operator == "<=" and found <= ordered)
            or (operator == ">=" and found >= ordered)
        )

    return test


def _same(found: Json, wanted: Json) -> bool:
    # JSON keeps true and 1 apart, Python does not.
    return found == wanted and isinstance(found, bool) is isinstance(wanted, bool)


def _equality(text: str, path: str, literal: str) -> Callable[[Json], bool]:
    read = compile_read(parse_path(path.strip()))
    wanted = literal.strip().strip("'\"")

    def test(part: Json) -> bool:
        found = read(part)
        if isinstance(found, bool):
            return ("true" if found else "false") == wanted
        return isinstance(found, str | int | float) and str(found) == wanted

    return test


def _meant(literal: str) -> Json:
    """Return what a short predicate writes: a value that is found by the same text again."""
    if literal in ("true", "false"):
        return literal == "true"
    number = int(literal) if _WHOLE.match(literal) else None
    return literal.strip("'\"") if number is None or str(number) != literal else number


def _literal(text: str, literal: str) -> Json:
    if literal in _WORDS:
        return _WORDS[literal]
    if len(literal) > 1 and literal[0] == literal[-1] and literal[0] in "'\"":
        return literal[1:-1]
    try:
        return int(literal)
    except ValueError:
        pass
    try:
        return float(literal)
    except ValueError as exc:
        raise _invalid(text, "a number, a quoted text, true or false to compare with") from exc


def _invalid(text: str, expected: str) -> InvalidRequest:
    return InvalidRequest(
        f"The path {text[:100]!r} cannot be read: expected {expected}.", code="bad-path"
    )
