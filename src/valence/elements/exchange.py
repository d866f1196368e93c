"""Elements as element JSON: what the API answers and what exports hold.

Source: the wire contract. A listed field is never null; the default of a secret is never shown.
What is shown is the document the element was compiled from, which has its ids and its order.
"""

from collections.abc import Mapping
from typing import Any

from valence.domain import Element
from valence.domain.elements import SECRET_KEYS, SYSTEM_ACCOUNT
from valence.elements.document import ABRIDGED, EXTENSION, Json, extension, rows

_IN_INSTANCE = (
    *("id", "name", "key", "description", "image", "active", "deleted", "typeOauth"),
    *("trialAccount", "resources", "transformationsEnabled", "bulkDownloadEnabled"),
    *("bulkUploadEnabled", "cloneable", "extendable", "beta", "authentication", "extended", "hub"),
    *("protocolType", "parameters", "private"),
)


def document_of(element: Element) -> Json:
    """Return the element JSON from which documents and metadata are generated."""
    return dict(element.document)


def element_to_wire(element: Element, *, abridged: bool = False) -> Json:
    """Return an element in full, or without configuration, resources and parameters."""
    if abridged:
        document = element.document
        return {name: document[name] for name in ABRIDGED if name in document}
    return without_secrets(element.document)


def instance_element_to_wire(element: Element) -> Json:
    """Return the `element` object inside an instance, in the documented order of its fields."""
    document = element.document
    emptied: Json = {"resources": [], "parameters": []}
    return {name: emptied.get(name, document.get(name)) for name in _IN_INSTANCE}


def configuration_to_wire(element: Element) -> Json:
    """Return the answer of `/elements/{keyOrId}/configuration`: an object, not an array."""
    return {"configuration": without_secrets(element.document)["configuration"]}


def export_element(element: Element, *, extended_only: bool = False) -> Json:
    """Return the definition as it imports elsewhere.

    Args:
        extended_only: only the resources that an account added or overrode. The result says
            `extended` and says nothing of `private`: that is how importers know it.
    """
    document = without_secrets(element.document)
    if not extended_only:
        return document
    own = [
        row
        for row in rows(document["resources"])
        if row.get("ownerAccountId", SYSTEM_ACCOUNT) != SYSTEM_ACCOUNT
    ]
    document |= {"resources": own, "extended": True}
    document.pop("private")
    return document


def without_secrets(document: Mapping[str, Any]) -> Json:
    """Return a document whose secret configuration entries carry no default.

    How the sandbox's account is connected stays here too: it is of use to nobody else."""
    shown = [
        {name: value for name, value in row.items() if name != "defaultValue"}
        if is_secret_entry(row)
        else row
        for row in rows(document.get("configuration"))
    ]
    cleaned = dict(document) | {"configuration": shown}
    said = extension(document)
    if "sandboxAccount" in said:
        kept = {name: value for name, value in said.items() if name != "sandboxAccount"}
        cleaned[EXTENSION] = kept
    return cleaned


def is_secret_entry(row: Mapping[str, Any]) -> bool:
    """Tell whether values of a configuration entry are secret; the rule of the domain's entry."""
    return row.get("type") == "PASSWORD" or row.get("key") in SECRET_KEYS
