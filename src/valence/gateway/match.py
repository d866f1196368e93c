"""Element, method and path to an operation.

Paths are compared segment by segment, still percent-encoded, so that `a%2Fb` stays one segment.
Literal segments win over placeholders, so a declared `/contacts` wins over a dynamic
`/{objectName}`; where the better path does not know the verb, the next one is asked. A PUT is taken
for a declared PATCH and the other way round: clients use both."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote

from valence.domain import Element, InvalidRequest, MethodNotAllowed, NotFound, Operation
from valence.gateway.values import Kept, Matched

_CALLABLE = frozenset({"api", "apiNoDocumentation", "formulaAsResource"})
_TWINS = {"PUT": "PATCH", "PATCH": "PUT"}


@dataclass(slots=True)
class _Node:
    literals: dict[str, "_Node"] = field(default_factory=dict)
    placeholder: "_Node | None" = None
    operations: dict[str, tuple[Operation, tuple[str, ...]]] = field(default_factory=dict)


class Matcher:
    """Finds operations; the tree of an element is built once."""

    def __init__(self) -> None:
        self._trees = Kept(_tree, most=1000)

    def match(self, element: Element, method: str, path: str) -> Matched:
        """Return the operation of a call.

        Raises:
            InvalidRequest: the element has no such resource, the path tries to climb, or the
                resource cannot be executed.
            MethodNotAllowed: it has the resource, but not with this verb.
            NotFound: the resource is run by a formula.
        """
        segments = segments_of(path)
        for segment in segments:
            _check_segment(segment)
        values: list[str] = []
        first = _descend(self._trees.of(element), segments, 0, values)
        if first is not None:
            found = first.operations.get(method) or first.operations.get(_TWINS.get(method, ""))
            if found is not None:
                return _matched(found, values)
        return self._next_best(element, method, segments)

    def _next_best(self, element: Element, method: str, segments: list[str]) -> Matched:
        """Return the operation of a path whose most literal node does not know the verb."""
        known: dict[str, None] = {}
        for node, values in _nodes(self._trees.of(element), segments, 0, ()):
            found = node.operations.get(method) or node.operations.get(_TWINS.get(method, ""))
            if found is not None:
                return _matched(found, values)
            known |= dict.fromkeys(node.operations)
        shown = "/".join(segments)[:200]
        if not known:
            raise InvalidRequest(
                f"The element {element.key} has no resource /{shown}.", code="unknown-resource"
            )
        raise MethodNotAllowed(
            f"/{shown} does not know {method}; it knows {', '.join(sorted(known))}."
        )

    def declares(self, element: Element, path: str) -> bool:
        """Tell whether an element declares a path literally in its first segment."""
        segments = segments_of(path)
        literal = self._trees.of(element).literals.get(segments[0]) if segments else None
        if literal is None:
            return False
        return any(True for _ in _nodes(literal, segments, 1, ()))

    def life_cycle(self, element: Element, type_: str) -> list[Operation]:
        """Return the operations of a life-cycle type, in the order of the definition."""
        return [operation for operation in element.operations if operation.type == type_]


def segments_of(path: str) -> list[str]:
    """Return the segments of a path without a hub prefix."""
    segments = [segment for segment in path.split("/") if segment]
    if len(segments) > 1 and segments[0] == "hubs":
        return segments[2:]
    return segments


def _matched(found: tuple[Operation, tuple[str, ...]], values: Sequence[str]) -> Matched:
    operation, names = found
    if operation.kind != "eb" or operation.chain_fault or operation.type == "formulaAsResource":
        _check_executable(operation)
    return Matched(operation, dict(zip(names, values, strict=True)))


def _check_segment(segment: str) -> None:
    if "%" not in segment and "." not in segment and "\\" not in segment:
        return
    # A vendor may decode before it splits: an encoded slash must not become a climb there.
    decoded = unquote(segment)
    climbs = any(part in (".", "..") for part in decoded.split("/"))
    if climbs or "\x00" in decoded or "\\" in decoded:
        raise InvalidRequest("The path has a segment that is not a name or an id.")


def _check_executable(operation: Operation) -> None:
    if operation.kind == "java":
        raise InvalidRequest(
            "This API is not currently supported for this element", code="unsupported-resource"
        )
    if operation.type == "formulaAsResource":
        raise NotFound(
            f"{operation.method} {operation.path} is run by a formula, and formulas are not"
            " served here.",
            code="formula-missing",
        )
    if operation.chain_fault is not None:
        raise InvalidRequest(
            f"{operation.method} {operation.path} cannot run: {operation.chain_fault}.",
            code="chain-too-long",
        )


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
    """Return the most literal node that a path leads to: the one of nearly every call."""
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


def _nodes(
    node: _Node, segments: list[str], position: int, values: tuple[str, ...]
) -> Iterator[tuple[_Node, tuple[str, ...]]]:
    """Yield the nodes that a path leads to, the most literal first."""
    if position == len(segments):
        if node.operations:
            yield node, values
        return
    literal = node.literals.get(segments[position])
    if literal is not None:
        yield from _nodes(literal, segments, position + 1, values)
    if node.placeholder is not None:
        yield from _nodes(node.placeholder, segments, position + 1, (*values, segments[position]))
