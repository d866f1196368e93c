"""What an account added to an element of the catalog, laid over it.

An account's own resource with the verb and path of a catalog's stands beside it in the document
and takes its place in calls, until it is deleted: compiling takes the later of two."""

from collections.abc import Mapping
from typing import Any

from valence.domain import Element
from valence.elements.compilation import compile_element
from valence.elements.document import Json, rows

EXTENDABLE = ("resources", "models", "objects")
"""The lists of an element that an account can add to."""


def is_empty(own: Mapping[str, Any]) -> bool:
    """Tell whether an account has added nothing, or has taken everything back."""
    return not any(rows(own.get(name)) for name in EXTENDABLE)


def extended(system: Element, own: Mapping[str, Any]) -> Element:
    """Return a catalog element as the account sees it that added parts of its own.

    Raises:
        InvalidRequest: with these parts the element cannot work.
    """
    document: Json = dict(system.document) | {"extended": True}
    for name in EXTENDABLE:
        added = rows(own.get(name))
        if added:
            document[name] = [*rows(document.get(name)), *added]
    return compile_element(document, owner_account_id=system.owner_account_id)
