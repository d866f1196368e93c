"""Lenient conversion: a value that cannot be converted is kept as it is; nothing fails.

Source: the wire contract on type conversion.
"""

import math
import re
from collections.abc import Callable

import orjson

from valence.transformations.dates import date_mask, iso_moment, iso_text
from valence.transformations.values import MISSING, Json

Convert = Callable[[Json], Json]

# Longer numbers would lose digits, and are ids more often than amounts.
_INTEGER = re.compile(r"-?\d{1,18}\Z", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,300}(\.\d{1,300})?([eE][+-]?\d{1,3})?\Z", re.ASCII)
_ARRAY = re.compile(r"array(?:\[(\w+)\])?\Z", re.IGNORECASE)


def converter(type_: str, *, keeps_containers: bool = False) -> Convert | None:
    """Return what makes a value one of a type, or None: a value of that type is any value.

    Args:
        keeps_containers: objects and arrays do not become JSON text, because the path goes through
            an array and they are its elements.
    """
    found = _CONVERTERS.get(type_.lower())
    if found is text_of and keeps_containers:
        return _plain_string
    if found is not None:
        return found
    array = _ARRAY.match(type_)
    return None if array is None else _array(converter(array[1]) if array[1] else None)


def each(convert: Convert, *, depth: int) -> Convert:
    """Return a conversion of every element of a list, so many lists deep."""
    for _ in range(depth):
        convert = _each(convert)
    return convert


def formats(pattern: str) -> Convert:
    """Return what writes an ISO date in a pattern. Raises InvalidRequest."""
    mask = date_mask(pattern)

    def convert(value: Json) -> Json:
        moment = iso_moment(value) if isinstance(value, str) else None
        return value if moment is None else mask.format(moment)

    return convert


def parses(pattern: str) -> Convert:
    """Return what reads a date in a pattern and writes it as ISO 8601. Raises InvalidRequest."""
    mask = date_mask(pattern)

    def convert(value: Json) -> Json:
        moment = mask.parse(value) if isinstance(value, str) else None
        return value if moment is None else iso_text(moment)

    return convert


def _each(convert: Convert) -> Convert:
    def act(value: Json) -> Json:
        if isinstance(value, list):
            return [one if one is MISSING else convert(one) for one in value]
        return convert(value)

    return act


def text_of(value: Json) -> Json:
    """Return a value as text; of objects and arrays their JSON."""
    if type(value) is int:  # by far the most; a bool is none
        return str(value)
    if isinstance(value, dict | list):
        return orjson.dumps(value).decode()
    return _plain_string(value)


def _plain_string(value: Json) -> Json:
    if isinstance(value, str):
        return value
    if type(value) is int:
        return str(value)
    return orjson.dumps(value).decode() if isinstance(value, bool | float) else value


def _number(value: Json) -> Json:
    if not isinstance(value, str):
        return value
    if len(value) < 19 and value.isdecimal() and value.isascii():
        return int(value)  # what `_INTEGER` takes but for the sign, in less time
    if _INTEGER.match(value):
        return int(value)
    if not _NUMBER.match(value) or ("." not in value and "e" not in value.lower()):
        return value
    found = float(value)
    return found if math.isfinite(found) else value


def _integer(value: Json) -> Json:
    return int(value) if isinstance(value, str) and _INTEGER.match(value) else value


def _boolean(value: Json) -> Json:
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.lower(), value)
    if isinstance(value, bool):
        return value
    return bool(value) if isinstance(value, int | float) and value in (0, 1) else value


def _array(convert: Convert | None) -> Convert:
    def act(value: Json) -> Json:
        if value is None:
            return value
        items = value if isinstance(value, list) else [value]
        return items if convert is None else [convert(one) for one in items]

    return act


_CONVERTERS: dict[str, Convert] = {
    "string": text_of,
    "number": _number,
    "int": _integer,
    "integer": _integer,
    "boolean": _boolean,
}
