"""Which handler answers a verb on a path; vendors hand in tables, nothing here is theirs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Handler = Callable[..., Any]


@dataclass(slots=True)
class _Node:
    handlers: dict[str, Handler] = field(default_factory=dict)
    below: dict[str, "_Node"] = field(default_factory=dict)


class RouteTable:
    """Patterns such as `orders/*/items`; `*` is any one segment, `*:data` one with that suffix,
    `**` at the end one or more.
    """

    def __init__(self, routes: Mapping[tuple[str, str], Handler]) -> None:
        self._root = _Node()
        for (method, pattern), handler in routes.items():
            node = self._root
            for part in pattern.split("/"):
                node = node.below.setdefault(part, _Node())
            node.handlers[method] = handler

    def find(self, method: str, path: tuple[str, ...]) -> Handler | str | None:
        """Return the handler, `method` when only the verb is unknown, or None: no such path.

        Literal segments win over placeholders.
        """
        nodes = [node for node in self._nodes(self._root, path) if node.handlers]
        for node in nodes:
            if method in node.handlers:
                return node.handlers[method]
        return "method" if nodes else None

    def _nodes(self, node: _Node, path: tuple[str, ...]) -> list[_Node]:
        if not path:
            return [node]
        first, rest = path[0], path[1:]
        suffix = f"*:{first.partition(':')[2]}" if ":" in first else ""
        found = []
        for part in (first, suffix, "*"):
            if part in node.below:
                found += self._nodes(node.below[part], rest)
        if "**" in node.below:
            found.append(node.below["**"])
        return found
