"""What the vendor's answer gives back besides its value: rows with `source: response`.

In such a row the roles are swapped: `vendorType` and `vendorName` say where in the vendor's answer
a value is, `type` and `name` where it goes: into our answer, its headers, or the instance's
configuration.

Source: the wire contract on elements, its section on parameters."""

from dataclasses import dataclass, replace
from typing import Any

from valence.domain import Operation, Parameter
from valence.gateway.values import Call, Decoded, Kept

_CAPTURED_TYPES = frozenset({"provisionAuthValidation", "onRefresh"})
# What says how our own answer is to be read is not the vendor's to say.
_OURS = frozenset({"content-length", "transfer-encoding", "connection", "set-cookie", "date"})


@dataclass(frozen=True, slots=True)
class Captured:
    """The answer with what was put into it, and values for the instance's configuration."""

    decoded: Decoded
    configuration: dict[str, str]


class Capturer:
    """Reads what an operation's response rows name."""

    def __init__(self) -> None:
        self._rows = Kept(_rows)

    def has_rows(self, operation: Operation) -> bool:
        """Tell whether an operation has response rows at all."""
        return bool(self._rows.of(operation))

    def capture(self, call: Call, decoded: Decoded, *, answer: Any) -> Captured:
        """Return what an answer's response rows give.

        Args:
            answer: the vendor's whole answer; `decoded` may hold a part of it only.
        """
        configuration: dict[str, str] = {}
        headers = list(decoded.answer_headers)
        value = decoded.value
        for row in self._rows.of(call.operation):
            found = _read(row, decoded, answer)
            if found is None:
                continue
            if row.type == "configuration":
                if row.source == "response" or not call.resolved.configured(row.name):
                    configuration[row.name] = _text(found)
            elif row.type == "header":
                text = _text(found).replace("\r", "").replace("\n", "")
                if row.name.lower() not in _OURS:
                    headers.append((row.name, text))
            elif row.type == "body":
                value = found
            elif row.type == "bodyField" and isinstance(value, dict):
                value = {**value, row.name: found}
        return Captured(replace(decoded, value=value, answer_headers=tuple(headers)), configuration)


def _rows(operation: Operation) -> tuple[Parameter, ...]:
    said = tuple(row for row in operation.parameters if row.source == "response")
    if said:
        return said
    return tuple(
        row
        for row in operation.parameters
        # Old definitions say `request` where only the answer can be meant.
        if (
            operation.type in _CAPTURED_TYPES
            and row.type == "configuration"
            and row.vendor_type == "bodyField"
        )
    )


def _read(row: Parameter, decoded: Decoded, answer: Any) -> Any:
    if row.vendor_type == "header":
        return decoded.headers.get(row.vendor_name)
    if row.vendor_type == "body":
        return answer
    if row.vendor_type != "bodyField":
        return None
    found = _at(decoded.value, row.vendor_name)
    return found if found is not None else _at(answer, row.vendor_name)


def _at(value: Any, path: str) -> Any:
    for part in path.split("."):
        if not isinstance(value, dict):
            return None
        value = value.get(part)
    return value


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
