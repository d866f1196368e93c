"""Who is there and how the organization is set up: users, statuses, pipelines, custom fields."""

from typing import Any

from valence_sandbox.answers import Answer
from valence_sandbox.call import Call
from valence_sandbox.store import Record
from valence_sandbox.vendors.close.checks import refused
from valence_sandbox.vendors.close.objects import CUSTOM_FIELD, STATUS, Written
from valence_sandbox.vendors.close.served import Routes, Served, me, missing

CUSTOM_OBJECTS = ("lead", "contact", "opportunity")
USERS = Served("user", "api/v1/user", "User", Written({}))
LEAD_STATUSES = Served("lead_status", "api/v1/status/lead", "LeadStatus", STATUS)
OPPORTUNITY_STATUSES = Served(
    "opportunity_status", "api/v1/status/opportunity", "OpportunityStatus", STATUS
)
PIPELINES = Served("pipeline", "api/v1/pipeline", "Pipeline", Written({}))


def read_me(call: Call) -> Answer:
    """GET /me/: the key's user with the organization."""
    user = me(call.account)
    organization = {"id": call.account.name, "name": call.account.state["organization"]}
    return Answer(200, {**user, "organizations": [organization]})


def custom_fields(kind: str) -> Served:
    """Return the custom fields of a kind of object."""

    def prepare(_: Call, values: Record, stored: Record | None) -> Record:
        whole = {**(stored or {}), **values}
        if whole.get("type") == "choices" and not whole.get("choices"):
            raise refused({"choices": "This field is required."})
        return values

    return Served(
        "custom_field", f"api/v1/custom_field/{kind}", "CustomField", CUSTOM_FIELD,
        fixed={"object_type": kind}, prepare=prepare,
    )  # fmt: skip


def schema(call: Call) -> Answer:
    """GET /custom_field_schema/{kind}/: the fields of an object, its own and custom ones."""
    kind = call.path[-1]
    if kind not in CUSTOM_OBJECTS:
        raise missing("CustomFieldSchema")
    rows: list[Any] = [
        row for row in call.account["custom_field"].all() if row["object_type"] == kind
    ]
    return Answer(200, {"object_type": kind, "fields": rows})


def routes() -> Routes:
    """Return the routes of settings."""
    found: Routes = {
        ("GET", "api/v1/me"): read_me,
        ("GET", "api/v1/custom_field_schema/*"): schema,
    }
    found |= USERS.routes("list read") | PIPELINES.routes("list read")
    for served in (LEAD_STATUSES, OPPORTUNITY_STATUSES):
        found |= served.routes("list create update")
    for kind in CUSTOM_OBJECTS:
        found |= custom_fields(kind).routes()
    return found
