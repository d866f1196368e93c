"""Definitions that the tests of the console bring."""

import json
from typing import Any


def definition(**change: Any) -> dict[str, Any]:
    """A small element with a hook, and a secret whose default must never be shown."""
    return {
        "name": "Acme CRM",
        "key": "acmecrm",
        "description": "Contacts of Acme",
        "hub": "crm",
        "authentication": {"type": "customApiKey"},
        "configuration": [
            {
                "name": "API key", "key": "api.key", "description": "Your key",
                "type": "PASSWORD", "defaultValue": "s3cret-default", "required": True,
            },
            {
                "name": "Base URL", "key": "base.url", "description": "-",
                "type": "TEXTFIELD_1000", "defaultValue": "https://api.acme.example",
            },
        ],
        "resources": [
            {
                "method": "GET", "path": "/hubs/crm/people", "vendorMethod": "GET",
                "vendorPath": "/people", "rootKey": "|items", "description": "List people",
                "parameters": [],
                "hooks": [{
                    "type": "postRequest", "mimeType": "application/javascript",
                    "body": "done({response_body: [].concat(response_body)}); // tidy",
                }],
            }
        ],
    } | change  # fmt: skip


def text(**change: Any) -> str:
    """The same as JSON."""
    return json.dumps(definition(**change), indent=1)
