"""Element, method and path to an operation.

Paths are compared segment by segment, still percent-encoded, so that `a%2Fb` stays one segment.
Literal segments win over placeholders. A PUT is taken for a declared PATCH and the other way
round: clients use both."""

from collections import OrderedDict
from dataclasses import dataclass, field
from urllib.parse import unquote

from valence.domain import Element, InvalidRequest, MethodNotAllowed, Operation
from valence.gateway.values import Matched

_CALLABLE = frozenset({"api", "apiNoDocumentation"})
_REMEMBERED = 1000
_TWINS = {"PUT": "PATCH", "PATCH": "PUT"}


@dataclass(slots=True)
class _Node:
    literals: dict[str, "_Node"] = field(default_factory=dict)
    placeholder: "_Node | None" = None
    operations: dict[str, tuple[Operation, tuple[str, ...]]] = field(default_factory=dict)


class Matcher:
    """Finds operations; the tree of an element is built once."""

    def __init__(self) -> None:
        # Kept with its element: while it is here, no other object can have its id.
        self._trees: OrderedDict[int, tuple[Element, _Node]] = OrderedDict()

    def match(self, element: Element, method: str, path: str) -> Matched:
        """Return the operation of a call.

        Raises:
            InvalidRequest: the element has no such resource, or the path tries to climb.
            MethodNotAllowed: it has, but not with this verb.
        """
        segments = [segment for segment in path.split("/") if segment]
        if len(segments) > 1 and segments[0] == "hubs":
            segments = segments[2:]
        for segment in segments:
            _check_segment(segment)
        tree = self._known_tree(element)
        values: list[str] = []
        node = _descend(tree, segments, 0, values)
        if node is None:
            raise InvalidRequest(
                f"The element {element.key} has no resource /{'/'.join(segments)[:200]}.",
                code="unknown-resource",
            )
        found = node.operations.get(method) or node.operations.get(_TWINS.get(method, ""))
        if found is None:
            raise MethodNotAllowed(
                f"/{'/'.join(segments)[:200]} does not know {method};"
                f" it knows {', '.join(sorted(node.operations))}."
            )
        operation, names = found
        return Matched(operation, dict(zip(names, values, strict=True)))

    def _known_tree(self, element: Element) -> _Node:
        known = self._trees.get(id(element))
        if known is None:
            known = self._trees[id(element)] = (element, _tree(element))
            if len(self._trees) > _REMEMBERED:
                self._trees.popitem(last=False)
        return known[1]


def _check_segment(segment: str) -> None:
    if "%" not in segment and "." not in segment and "\\" not in segment:
        return
    # A vendor may decode before it splits: an encoded slash must not become a climb there.
    decoded = unquote(segment)
    climbs = any(part in (".", "..") for part in decoded.split("/"))
    if climbs or "\x00" in decoded or "\\" in decoded:
        raise InvalidRequest("The path has a segment that is not a name or an id.")


def _tree(element: Element) -> _Node:
    root = _Node()
    for operation in element.operations:
        if operation.type not in _CALLABLE:
            continue
        node, names = root, []
        for part in operation.path.strip("/").split("/"):
            if part.startswith("{"):
                names.append(part[1:-1])
                node.placeholder = node.placeholder or _Node()
                node = node.placeholder
            else:
                node = node.literals.setdefault(part, _Node())
        node.operations[operation.method] = (operation, tuple(names))
    return root


def _descend(node: _Node, segments: list[str], position: int, values: list[str]) -> _Node | None:
    if position == len(segments):
        return node if node.operations else None
    literal = node.literals.get(segments[position])
    if literal is not None:
        found = _descend(literal, segments, position + 1, values)
        if found is not None:
            return found
    if node.placeholder is None:
        return None
    values.append(segments[position])
    found = _descend(node.placeholder, segments, position + 1, values)
    if found is None:
        values.pop()
    return found
