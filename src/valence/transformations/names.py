"""What callers say in `where`, `orderBy` and `fields`, in the vendor's names."""

from dataclasses import replace

from valence.ceql import (
    And,
    Expression,
    Or,
    Path,
    parse,
    parse_fields,
    parse_order_by,
    to_text,
)
from valence.domain import InvalidRequest
from valence.transformations.paths import Steps, is_nameable, leading_names, parse_path
from valence.transformations.values import FieldMapping, Transformation

_BRACKETS = {"every": "[*]", "size": ".size()"}


class Names:
    """The names of one transformation. A name that is not mapped stays: it may be the vendor's."""

    def __init__(self, transformation: Transformation) -> None:
        self._object = transformation.name
        self._fields: dict[tuple[str, ...], FieldMapping] = {}
        for field in transformation.fields:
            if field.vendor_path is not None:
                self._fields.setdefault(_plain(_segments(field.path)), field)

    def where(self, text: str) -> str:
        """Return a filter in the vendor's names.

        Raises:
            InvalidRequest: it cannot be read, or a field is where no filter can name it.
        """
        return to_text(self._expression(parse(text)))

    def order_by(self, text: str) -> str:
        """Return an order in the vendor's names. Raises as `where`."""
        orders = parse_order_by(text)
        return ", ".join(to_text(replace(one, path=self.path(one.path))) for one in orders)

    def fields(self, text: str) -> str:
        """Return a choice of fields in the vendor's names, each once.

        Of what a search finds the array is chosen. Raises as `where`.
        """
        paths = [to_text(self._choice(one)) for one in parse_fields(text)]
        return ",".join(dict.fromkeys(paths))

    def path(self, path: Path) -> Path:
        """Return where the vendor has a field: the longest mapped beginning is exchanged.

        Raises:
            InvalidRequest: that is a place that no query can name.
        """
        found = self._place(path)
        if found is None:
            return path
        if not is_nameable(found[0]):
            raise InvalidRequest(
                f"{path} cannot be filtered or ordered by: {self._object} finds it by a search"
                " in an array.",
                code="unsupported-field",
            )
        return found[1]

    def _choice(self, path: Path) -> Path:
        found = self._place(path)
        if found is None:
            return path
        return found[1] if is_nameable(found[0]) else Path(leading_names(found[0]))

    def _place(self, path: Path) -> tuple[Steps, Path] | None:
        """Return where the vendor has the longest mapped beginning of a path, and the whole path
        in the vendor's names; None: it is not mapped."""
        plain = _plain(path.segments)
        for length in range(len(plain), 0, -1):
            field = self._fields.get(plain[:length])
            if field is not None and field.vendor_path is not None:
                rest = path.segments[length:]
                return parse_path(field.vendor_path), Path((*_segments(field.vendor_path), *rest))
        return None

    def _expression(self, expression: Expression) -> Expression:
        if isinstance(expression, And | Or):
            return replace(
                expression, terms=tuple(self._expression(one) for one in expression.terms)
            )
        return replace(expression, path=self.path(expression.path))


def _segments(path: str) -> tuple[str, ...]:
    """Return a path as queries have it: `[*]` and the like belong to the name before them."""
    found: list[str] = []
    for step in parse_path(path):
        if step.kind == "key":
            found.append(step.name)
        else:
            found[-1] += _BRACKETS.get(step.kind) or step.name or f"[{step.index}]"
    return tuple(found)


def _plain(segments: tuple[str, ...]) -> tuple[str, ...]:
    """Return segments as they are compared: `tags[*]` and `tags` are the same field."""
    return tuple(segment.replace("[*]", "") for segment in segments)
