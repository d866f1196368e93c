"""Frozen values that are made many times a call.

The `__init__` that is generated for a frozen dataclass cannot assign to its fields, so it takes a
detour for each, which costs four times an assignment: with fifteen values a call that was a tenth
of it. Here the new object is for a moment one of a twin class, which has the same slots and lets
itself be assigned to."""

from collections.abc import Callable
from dataclasses import MISSING, fields
from typing import TypeVar

_Value = TypeVar("_Value")


def quick(cls: type[_Value]) -> type[_Value]:
    """Let a frozen, slotted dataclass be made quickly; it is the same in every other way.

    Raises:
        TypeError: the class has subclasses' or makers' ways that this does not know.
    """
    found = fields(cls)  # type: ignore[arg-type]
    names = tuple(field.name for field in found)
    is_plain = all(field.init and not field.kw_only for field in found)
    own = cls.__dict__.get("__slots__")
    if own != names or hasattr(cls, "__post_init__") or not is_plain:
        raise TypeError(f"{cls.__name__} is not a plain frozen dataclass with slots")
    known: dict[str, object] = {
        "_become": object.__setattr__,
        "_kind": cls,
        "_twin": type(f"_{cls.__name__}", (), {"__slots__": names}),
        "_missing": MISSING,
    }
    parameters, lines = [], []
    for name, field in zip(names, found, strict=True):
        value = name
        if field.default_factory is not MISSING:
            known[f"_make_{name}"] = field.default_factory
            parameters.append(f"{name}=_missing")
            value = f"_make_{name}() if {name} is _missing else {name}"
        elif field.default is not MISSING:
            known[f"_default_{name}"] = field.default
            parameters.append(f"{name}=_default_{name}")
        else:
            parameters.append(name)
        lines.append(f"    self.{name} = {value}\n")
    source = (
        f"def __init__(self, {', '.join(parameters)}):\n"
        "    _become(self, '__class__', _twin)\n"
        f"{''.join(lines)}"
        "    self.__class__ = _kind\n"
    )
    # The text is of names of fields alone, as the one that dataclasses run themselves.
    exec(source, known)  # noqa: S102
    made: Callable[..., None] = known["__init__"]  # type: ignore[assignment]
    made.__qualname__ = f"{cls.__qualname__}.__init__"
    made.__annotations__ = dict(cls.__init__.__annotations__)
    cls.__init__ = made  # type: ignore[method-assign]
    return cls
