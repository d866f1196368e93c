"""The properties that HubSpot defines for each object, and those that an account adds.

Source: https://legacydocs.hubspot.com/docs/methods/contacts/v2/get_contacts_properties and its
siblings for companies and deals."""

import re
from typing import Any

from valence_sandbox.account import Account
from valence_sandbox.answers import Answer
from valence_sandbox.call import Call
from valence_sandbox.refusals import Refusal

Definition = dict[str, Any]

STAGES = ("subscriber", "lead", "marketingqualifiedlead", "salesqualifiedlead", "opportunity",
          "customer", "evangelist", "other")  # fmt: skip
INDUSTRIES = ("COMPUTER_SOFTWARE", "FOOD_PRODUCTION", "RETAIL", "RESTAURANTS")
TYPES = ("string", "number", "date", "datetime", "enumeration", "bool")
FIELD_TYPES = ("textarea", "text", "date", "file", "number", "select", "radio", "checkbox",
               "booleancheckbox", "calculation", "phonenumber")  # fmt: skip
_NAME = re.compile(r"[a-z][a-z0-9_]*\Z")

# name: (label, type, options); a name ending in "!" is read-only.
_ADDRESS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "address": ("Street Address", "string", ()),
    "city": ("City", "string", ()),
    "state": ("State/Region", "string", ()),
    "zip": ("Postal Code", "string", ()),
    "country": ("Country/Region", "string", ()),
    "phone": ("Phone Number", "string", ()),
    "website": ("Website URL", "string", ()),
}
_STANDARD: dict[str, dict[str, tuple[str, str, tuple[str, ...]]]] = {
    "contacts": {
        "email": ("Email", "string", ()),
        "firstname": ("First Name", "string", ()),
        "lastname": ("Last Name", "string", ()),
        "company": ("Company Name", "string", ()),
        "jobtitle": ("Job Title", "string", ()),
        "mobilephone": ("Mobile Phone Number", "string", ()),
        **_ADDRESS,
        "lifecyclestage": ("Lifecycle Stage", "enumeration", STAGES),
        "hs_lead_status": ("Lead Status", "enumeration", ("NEW", "OPEN", "IN_PROGRESS")),
        "hubspot_owner_id": ("Contact owner", "enumeration", ()),
        "associatedcompanyid": ("Associated Company ID", "number", ()),
        "createdate!": ("Create Date", "datetime", ()),
        "lastmodifieddate!": ("Last Modified Date", "datetime", ()),
        "hs_object_id!": ("Contact ID", "number", ()),
    },
    "companies": {
        "name": ("Name", "string", ()),
        "domain": ("Company Domain Name", "string", ()),
        "description": ("Description", "string", ()),
        **_ADDRESS,
        "industry": ("Industry", "enumeration", INDUSTRIES),
        "numberofemployees": ("Number of Employees", "number", ()),
        "annualrevenue": ("Annual Revenue", "number", ()),
        "lifecyclestage": ("Lifecycle Stage", "enumeration", STAGES),
        "hubspot_owner_id": ("Company owner", "enumeration", ()),
        "createdate!": ("Create Date", "datetime", ()),
        "hs_lastmodifieddate!": ("Last Modified Date", "datetime", ()),
        "hs_object_id!": ("Company ID", "number", ()),
    },
    "deals": {
        "dealname": ("Deal Name", "string", ()),
        "amount": ("Amount", "number", ()),
        "dealstage": ("Deal Stage", "enumeration", ()),
        "pipeline": ("Pipeline", "enumeration", ()),
        "closedate": ("Close Date", "datetime", ()),
        "dealtype": ("Deal Type", "enumeration", ("newbusiness", "existingbusiness")),
        "description": ("Deal Description", "string", ()),
        "hubspot_owner_id": ("Deal owner", "enumeration", ()),
        "createdate": ("Create Date", "datetime", ()),
        "hs_lastmodifieddate!": ("Last Modified Date", "datetime", ()),
        "hs_object_id!": ("Deal ID", "number", ()),
    },
    "tickets": {
        "subject": ("Ticket name", "string", ()),
        "content": ("Ticket description", "string", ()),
        "hs_pipeline": ("Pipeline", "enumeration", ()),
        "hs_pipeline_stage": ("Ticket status", "enumeration", ()),
        "createdate!": ("Create date", "datetime", ()),
        "hs_lastmodifieddate!": ("Last modified date", "datetime", ()),
    },
    "products": {
        "name": ("Name", "string", ()),
        "description": ("Product description", "string", ()),
        "price": ("Unit price", "number", ()),
        "createdate!": ("Create date", "datetime", ()),
        "hs_lastmodifieddate!": ("Last modified date", "datetime", ()),
    },
}


def plant(account: Account) -> None:
    """Define the standard properties, and one that the account added to companies and contacts."""
    account.state["properties"] = {
        kind: {name.rstrip("!"): _standard(kind, name, *row) for name, row in rows.items()}
        for kind, rows in _STANDARD.items()
    }
    for kind in ("contacts", "companies"):
        definitions_of(account, kind)["favourite_bread"] = _definition(
            "favourite_bread",
            label="Favourite bread",
            kind="enumeration",
            options=("rye", "wheat"),
            group="bakery",
            is_own=False,
        )


def definitions_of(account: Account, kind: str) -> dict[str, Definition]:
    """Return an object's properties by name."""
    found: dict[str, Definition] = account.state["properties"][kind]
    return found


def _standard(kind: str, name: str, label: str, type_: str, options: tuple[str, ...]) -> Definition:
    group = {"contacts": "contactinformation", "companies": "companyinformation"}.get(
        kind, f"{kind.removesuffix('s')}information"
    )
    return _definition(
        name.rstrip("!"),
        label=label,
        kind=type_,
        options=options,
        group=group,
        is_own=True,
        is_read_only=name.endswith("!"),
    )


def _definition(
    name: str,
    *,
    label: str,
    kind: str,
    options: tuple[str, ...],
    group: str,
    is_own: bool,
    is_read_only: bool = False,
) -> Definition:
    field_types = {"number": "number", "date": "date", "datetime": "date", "enumeration": "select"}
    return {
        "name": name,
        "label": label,
        "description": label,
        "groupName": group,
        "type": kind,
        "fieldType": field_types.get(kind, "text"),
        "hidden": False,
        "options": [
            {"label": o, "value": o, "displayOrder": n, "hidden": False}
            for n, o in enumerate(options)
        ],
        "calculated": False,
        "readOnlyValue": is_read_only,
        "readOnlyDefinition": is_own,
        "hubspotDefined": is_own,
        "deleted": False,
        "displayOrder": -1,
        "formField": not is_read_only,
    }


def list_all(call: Call) -> Answer:
    """GET /properties/v1/{contacts|companies|deals}/properties, v2 for the others."""
    return Answer(200, list(_asked(call).values()))


def read(call: Call) -> Answer:
    """GET .../properties/named/{name}."""
    found = _asked(call).get(call.path[-1])
    if found is None:
        raise Refusal("missing", f"Property {call.path[-1]} does not exist")
    return Answer(200, found)


def create(call: Call) -> Answer:
    """POST .../properties."""
    known, body = _asked(call), call.json()
    name = body.get("name")
    if not isinstance(name, str) or not _NAME.match(name):
        raise Refusal("invalid", "Property name must be lower case, without blanks")
    if name in known:
        raise Refusal("exists", f"A property named '{name}' already exists.", status=409)
    if body.get("type") not in TYPES or body.get("fieldType") not in FIELD_TYPES:
        raise Refusal("invalid", "Property type or fieldType is not valid")
    if not body.get("groupName"):
        raise Refusal("invalid", "Property group must be set")
    made = _definition(
        name,
        label=str(body.get("label") or name),
        kind=body["type"],
        options=(),
        group=str(body["groupName"]),
        is_own=False,
    )
    given = ("description", "fieldType", "options", "formField", "displayOrder")
    made |= {key: body[key] for key in given if key in body}
    known[name] = made
    return Answer(200, made)


def _asked(call: Call) -> dict[str, Definition]:
    kinds = call.account.state["properties"]
    kind = call.path[2]
    if kind not in kinds:
        raise Refusal("missing", f"Unable to infer object type from: {kind}")
    return definitions_of(call.account, kind)
