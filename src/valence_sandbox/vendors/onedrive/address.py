"""Which item of the drive an address means.

Source: https://learn.microsoft.com/graph/onedrive-addressing-driveitems. By id (`items/{id}`), by
path from the root (`root:/path/to/file`), by path from an item (`items/{id}:/path`); a second colon
ends the path where more follows (`root:/path:/children`)."""

from dataclasses import dataclass

from valence_sandbox.call import Call
from valence_sandbox.refusals import Refusal
from valence_sandbox.store import Record
from valence_sandbox.vendors.onedrive import drive

_DRIVE = ("v1.0", "me", "drive")


@dataclass(frozen=True, slots=True)
class Address:
    """An item, or the place where one would be: below `folder`, by `names`. `tail` is the verb."""

    item: Record | None
    folder: Record
    names: tuple[str, ...]
    tail: tuple[str, ...]

    def found(self) -> Record:
        """Return the item. Raises Refusal (`missing`)."""
        if self.item is None:
            raise Refusal("missing", "The resource could not be found.")
        return self.item


def address(call: Call) -> Address:
    """Return what a path below `/me/drive` means. Raises Refusal."""
    rest = call.path[len(_DRIVE) :]
    if not rest:
        raise Refusal("no-route")
    first, *more = rest
    if first == "items":
        if not more:
            raise Refusal("no-route")
        first, *more = more
        start = call.account["items"].get(first.removesuffix(":"))
        if first == "root" or first == "root:":
            start = drive.root_of(call.account)
        if start is None:
            raise Refusal("missing", "The resource could not be found.")
    elif first in ("root", "root:"):
        start = drive.root_of(call.account)
    else:
        raise Refusal("no-route")
    if not first.endswith(":"):
        return Address(start, start, (), tuple(more))
    return _by_path(call, start, more)


def _by_path(call: Call, start: Record, segments: list[str]) -> Address:
    names: list[str] = []
    tail: tuple[str, ...] = ()
    for position, segment in enumerate(segments):
        if segment.endswith(":"):
            names.append(segment.removesuffix(":"))
            tail = tuple(segments[position + 1 :])
            break
        names.append(segment)
    names = [name for name in names if name]
    item: Record | None = start
    for name in names:
        item = drive.child(call.account, item, name) if item is not None else None
    return Address(item, start, tuple(names), tail)
