"""Small documents for the tests of this room, and the realistic export beside this file."""

import itertools
import json
from pathlib import Path
from typing import Any

from valence.domain import Element, Operation
from valence.elements import compile_element, imported, with_ids

EXPORT = Path(__file__).parent / "acmecrm.json"


def acme() -> dict[str, Any]:
    """Return the export of an element with everything an element may have."""
    return json.loads(EXPORT.read_text())


def resource(method: str = "GET", path: str = "/things", **more: Any) -> dict[str, Any]:
    return {"method": method, "path": path, "vendorPath": "/v1", "type": "api"} | more


def document(*resources: dict[str, Any], **more: Any) -> dict[str, Any]:
    least = {"name": "Small", "description": "d", "authentication": {"type": "custom"}}
    return least | {"resources": list(resources)} | more


def row(name: str, vendor_name: str = "v", way: str = "query>query", **more: Any) -> dict[str, Any]:
    type_, _, vendor_type = way.partition(">")
    return {
        "name": name,
        "vendorName": vendor_name,
        "type": type_,
        "vendorType": vendor_type,
    } | more


def hook(type_: str, body: str) -> dict[str, Any]:
    return {"type": type_, "body": body}


def configured(**values: str) -> list[dict[str, Any]]:
    return [
        {"key": key.replace("_", "."), "name": key, "description": key, "defaultValue": value}
        for key, value in values.items()
    ]


def operation(*resources: dict[str, Any], **more: Any) -> Operation:
    """Return the compiled first resource of an element."""
    return compile_element(document(*resources, **more)).operations[0]


def stored(content: dict[str, Any], *, element_id: int = 7, account_id: int = 5) -> Element:
    """Import, number and compile, as a tenant's element is."""
    numbers = itertools.count(1000)
    held = with_ids(
        imported(content),
        element_id=element_id,
        owner_account_id=account_id,
        allocate=lambda: next(numbers),
    )
    return compile_element(held, owner_account_id=account_id)
