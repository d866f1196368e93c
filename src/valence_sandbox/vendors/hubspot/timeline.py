"""Timeline event types, their properties, and events, version 1.

Event types belong to an application: their calls need the developer's key and user id beside the
application's id. Source: https://legacydocs.hubspot.com/docs/methods/timeline/timeline-overview"""

from valence_sandbox.account import Account
from valence_sandbox.answers import Answer
from valence_sandbox.call import Call
from valence_sandbox.refusals import Refusal
from valence_sandbox.store import Record

APPLICATION = 36472
DEVELOPER_KEY = "sandbox-developer-key"
DEVELOPER_USER = "215482"
_OBJECTS = ("CONTACT", "COMPANY", "DEAL")
_TYPES = ("Date", "Enumeration", "Numeric", "String")
_RESERVED = ("log", "lookup")
_TEXTS = ("name", "headerTemplate", "detailTemplate")
_IDENTITIES = ("objectId", "email", "utk", "domain")


def plant(account: Account) -> None:
    """Give the application one event type."""
    account.state["events"] = {}
    _add_type(account, {"name": "Bread baked"})


def list_types(call: Call) -> Answer:
    """GET /integrations/v1/{application}/timeline/event-types."""
    _developer(call)
    return Answer(200, list(call.account["event-types"].all()))


def create_type(call: Call) -> Answer:
    """POST /integrations/v1/{application}/timeline/event-types."""
    _developer(call)
    body = call.json()
    _check_type(body)
    return Answer(200, _add_type(call.account, body))


def update_type(call: Call) -> Answer:
    """PUT /integrations/v1/{application}/timeline/event-types/{id}: what is left out stays."""
    _developer(call)
    record, body = _type(call, call.path[5]), call.json()
    _check_type({"name": record["name"], **body})
    record |= {name: body[name] for name in _TEXTS if name in body}
    return Answer(200, record)


def delete_type(call: Call) -> Answer:
    """DELETE /integrations/v1/{application}/timeline/event-types/{id}."""
    _developer(call)
    call.account["event-types"].remove(_type(call, call.path[5])["id"])
    return Answer(204)


def list_properties(call: Call) -> Answer:
    """GET .../event-types/{id}/properties."""
    _developer(call)
    return Answer(200, _properties(call, _type(call, call.path[5])))


def create_property(call: Call) -> Answer:
    """POST .../event-types/{id}/properties."""
    _developer(call)
    kind, body = _type(call, call.path[5]), call.json()
    _check_property(body)
    if any(one["name"] == body["name"] for one in _properties(call, kind)):
        raise Refusal("exists", f"Property {body['name']} already exists", status=409)
    return Answer(200, call.account["event-properties"].add({**body, "eventTypeId": kind["id"]}))


def update_property(call: Call) -> Answer:
    """PUT .../event-types/{id}/properties: the body's `id` says which."""
    _developer(call)
    _type(call, call.path[5])
    body = call.json()
    record = _property(call, str(body.get("id", "")))
    _check_property({**record, **body})
    record |= {name: value for name, value in body.items() if name not in ("id", "eventTypeId")}
    return Answer(200, record)


def delete_property(call: Call) -> Answer:
    """DELETE .../event-types/{id}/properties/{propertyId}."""
    _developer(call)
    _type(call, call.path[5])
    call.account["event-properties"].remove(_property(call, call.path[7])["id"])
    return Answer(204)


def put_event(call: Call) -> Answer:
    """PUT /integrations/v1/{application}/timeline/event: creates or changes; answers nothing."""
    call.require("timeline")
    _application(call)
    body = call.json()
    kind = _type(call, str(body.get("eventTypeId", "")))
    key = body.get("id")
    if not isinstance(key, str | int) or key == "":
        raise Refusal("invalid", "id must be set")
    events = call.account.state["events"]
    known: Record = events.get((kind["id"], str(key)), {})
    event = {**known, **body, "id": str(key), "eventTypeId": kind["id"]}
    if not any(event.get(name) for name in _IDENTITIES):
        raise Refusal("invalid", f"one of {', '.join(_IDENTITIES)} must be set")
    event.setdefault("timestamp", call.now_ms())
    event.setdefault("createdDate", call.now_ms())
    events[kind["id"], str(key)] = event
    return Answer(204)


def read_event(call: Call) -> Answer:
    """GET /integrations/v1/{application}/timeline/event/{eventTypeId}/{id}."""
    call.require("timeline")
    _application(call)
    number = int(call.path[5]) if call.path[5].isdecimal() else 0
    event = call.account.state["events"].get((number, call.path[6]))
    if event is None:
        raise Refusal("missing", "Event does not exist")
    return Answer(200, event)


# -- inside ----------------------------------------------------------------------------------------


def _add_type(account: Account, body: Record) -> Record:
    return account["event-types"].add(
        {
            "applicationId": APPLICATION,
            "objectType": body.get("objectType", "CONTACT"),
            **{name: body.get(name) for name in _TEXTS},
        }
    )


def _application(call: Call) -> None:
    if call.path[2] != str(APPLICATION):
        raise Refusal("missing", f"Application {call.path[2]} does not exist")


def _developer(call: Call) -> None:
    _application(call)
    if call.query.get("hapikey") != DEVELOPER_KEY:
        raise Refusal("unauthorized", "This hapikey doesn't exist.")
    if call.query.get("userId") != DEVELOPER_USER:
        raise Refusal("invalid", "userId must be a user of the developer account")


def _type(call: Call, number: str) -> Record:
    return call.account.need("event-types", number, message="Event type does not exist")


def _property(call: Call, number: str) -> Record:
    return call.account.need("event-properties", number, message="Property does not exist")


def _properties(call: Call, kind: Record) -> list[Record]:
    rows = call.account["event-properties"].all()
    return [one for one in rows if one["eventTypeId"] == kind["id"]]


def _check_type(body: Record) -> None:
    if not isinstance(body.get("name"), str) or not body["name"]:
        raise Refusal("invalid", "name must be set")
    if body.get("applicationId", APPLICATION) not in (APPLICATION, str(APPLICATION)):
        raise Refusal("invalid", "applicationId must be that of the URL")
    if body.get("objectType", "CONTACT") not in _OBJECTS:
        raise Refusal("invalid", f"objectType must be one of {', '.join(_OBJECTS)}")


def _check_property(body: Record) -> None:
    for name in ("name", "label"):
        if not isinstance(body.get(name), str) or not body[name]:
            raise Refusal("invalid", f"{name} must be set")
    if body["name"] in _RESERVED:
        raise Refusal("invalid", f"{body['name']} is a reserved name")
    if body.get("propertyType") not in _TYPES:
        raise Refusal("invalid", f"propertyType must be one of {', '.join(_TYPES)}")
