"""Parameters as Stripe takes them: form fields whose names nest, each of a known type.

Source: https://stripe.com/docs/api, "Request bodies are form-encoded", and the parameter lists of
each endpoint. An unknown name is refused; an empty value takes away what can be taken away."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from valence_sandbox.store import Record
from valence_sandbox.vendors.stripe.refused import refused, required

Kind = Literal["text", "integer", "decimal", "boolean", "hash", "metadata", "list", "range"]

_INTEGER = re.compile(r"-?[0-9]{1,18}\Z")
_DECIMAL = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,4})?\Z")
_ORDERS = ("gt", "gte", "lt", "lte")


@dataclass(frozen=True, slots=True)
class Param:
    """One parameter; `fields` are those inside of a hash, or of each item of a list."""

    name: str
    kind: Kind = "text"
    is_required: bool = False
    choices: tuple[str, ...] = ()
    fields: tuple["Param", ...] = ()
    minimum: int | None = None
    takes_text: bool = False  # of a hash: an id may stand in its place


def text(*names: str) -> tuple[Param, ...]:
    """Return text parameters of these names; one with `!` behind it is required."""
    return tuple(Param(name.rstrip("!"), is_required=name.endswith("!")) for name in names)


def checked(given: Mapping[str, Any], params: Iterable[Param], *, inside: str = "") -> Record:
    """Return the values that were given, each as what it is. Raises Refusal."""
    known = {param.name: param for param in params}
    for name in given:
        if name not in known:
            shown = _shown(name, inside)
            raise refused(
                f"Received unknown parameter: {shown}", code="parameter_unknown", param=shown
            )
    for name, param in known.items():
        if param.is_required and name not in given:
            raise required(_shown(name, inside))
    return {name: _value(known[name], part, inside) for name, part in given.items()}


def _shown(name: str, inside: str) -> str:
    return f"{inside}[{name}]" if inside else name


def _value(param: Param, given: Any, inside: str) -> Any:
    name = _shown(param.name, inside)
    if given == "":
        if param.is_required:
            raise refused(
                f"You passed an empty string for '{name}'. We assume empty values are an attempt"
                f" to unset a field; however '{name}' cannot be unset. You should remove '{name}'"
                " from your request or supply a non-empty value.",
                code="parameter_invalid_empty",
                param=name,
            )
        return {} if param.kind == "metadata" else None
    if param.kind == "range":
        return _range(name, given)
    if param.kind == "list":
        return _list(param, name, given)
    if param.kind in ("hash", "metadata"):
        return _hash(param, name, given)
    if not isinstance(given, str):
        raise refused(f"Invalid string: {given}", param=name)
    return _scalar(param, name, given)


def _scalar(param: Param, name: str, given: str) -> Any:
    if param.choices and given not in param.choices:
        known = f"{', '.join(param.choices[:-1])} or {param.choices[-1]}"
        raise refused(f"Invalid {param.name}: must be one of {known}", param=name)
    if param.kind == "integer":
        return _integer(name, given, minimum=param.minimum)
    if param.kind == "decimal":
        if not _DECIMAL.match(given):
            raise refused(f"Invalid decimal: {given}", param=name)
        return float(given)
    if param.kind == "boolean":
        if given not in ("true", "false"):
            raise refused(f"Invalid boolean: {given}", param=name)
        return given == "true"
    return given


def _integer(name: str, given: Any, *, minimum: int | None = None) -> int:
    if not isinstance(given, str) or not _INTEGER.match(given):
        raise refused(f"Invalid integer: {given}", code="parameter_invalid_integer", param=name)
    number = int(given)
    if minimum is not None and number < minimum:
        raise refused(
            f"This value must be greater than or equal to {minimum}.",
            code="parameter_invalid_integer",
            param=name,
        )
    return number


def _range(name: str, given: Any) -> Record:
    if isinstance(given, str):
        return {"eq": _integer(name, given)}
    if not isinstance(given, dict):
        raise refused("Invalid object", param=name)
    for order in given:
        if order not in _ORDERS:
            shown = f"{name}[{order}]"
            raise refused(
                f"Received unknown parameter: {shown}", code="parameter_unknown", param=shown
            )
    return {order: _integer(f"{name}[{order}]", part) for order, part in given.items()}


def _list(param: Param, name: str, given: Any) -> list[Any]:
    if isinstance(given, dict) and all(key.isdecimal() for key in given):
        given = [given[key] for key in sorted(given, key=int)]
    if not isinstance(given, list):
        raise refused("Invalid array", param=name)
    items: list[Any] = given
    if not param.fields:
        return [str(item) for item in items]
    found = []
    for position, item in enumerate(items):
        if not isinstance(item, dict):
            raise refused("Invalid object", param=f"{name}[{position}]")
        found.append(checked(item, param.fields, inside=f"{name}[{position}]"))
    return found


def _hash(param: Param, name: str, given: Any) -> Any:
    if isinstance(given, str):
        if param.takes_text:
            return given
        raise refused("Invalid object", param=name)
    if not isinstance(given, dict):
        raise refused("Invalid object", param=name)
    if param.kind == "metadata":
        for key, part in given.items():
            if not isinstance(part, str):
                raise refused(
                    "Metadata values must be strings, but for key "
                    f"'{key}' you passed in a value of type hash",
                    param=name,
                )
        return dict(given)
    return checked(given, param.fields, inside=name)
