"""The ways an element authenticates, of which an instance chooses one.

Source: the wire contract. Where no configuration entry controls groups, there is one way: the
element's own kind."""

from valence.domain import Element, NotFound
from valence.domain.elements import ConfigurationEntry
from valence.elements.document import Json, rows
from valence.elements.exchange import element_to_wire

_CONTROL = "authentication.type"
_SHOWN = ("id", "name", "key", "description", "defaultValue", "displayOrder", "type", "required")


def authentication_types_to_wire(element: Element) -> Json:
    """Return the ways to authenticate and which of them is chosen when nobody says."""
    control = _control(element)
    if control is None:
        kind = element.authentication.value
        return {"defaultValue": kind, "options": [{"value": kind, "description": kind}]}
    options = [{"value": value, "description": text} for value, text in control.options]
    return {"defaultValue": control.default_value or options[0]["value"], "options": options}


def entries_of_type(element: Element, type_name: str) -> list[Json]:
    """Return the configuration entries of one way, and those that belong to every way.

    Raises:
        NotFound: the element does not authenticate like that.
    """
    known = [option["value"] for option in authentication_types_to_wire(element)["options"]]
    if type_name not in known:
        raise NotFound(
            f"The element {element.key} does not authenticate by {type_name[:100]!r}; it knows"
            f" {', '.join(known)}."
        )
    return [
        {name: row[name] for name in _SHOWN if name in row} | {"options": row.get("options", [])}
        for row in rows(element_to_wire(element)["configuration"])
        if row.get("groupName") in (None, "", type_name)
    ]


def _control(element: Element) -> ConfigurationEntry | None:
    entry = element.entry(_CONTROL)
    return entry if entry is not None and entry.options else None
