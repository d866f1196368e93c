"""Campaigns: who is in which sequence, and goals that calls of the API achieve."""

from dataclasses import replace

from valence_sandbox.answers import Answer
from valence_sandbox.fields import Field, Kind, checked, shown
from valence_sandbox.store import Record
from valence_sandbox.vendors.keap.call import Call, Refusal, ids_of, record_id
from valence_sandbox.vendors.keap.crud import Routes, Served, one_contact
from valence_sandbox.vendors.keap.objects import CAMPAIGN, CAMPAIGN_COUNTS, V1

GOAL_REQUEST = (Field("contact_id", Kind.INTEGER, is_required=True),)
_WITH_COUNTS = replace(CAMPAIGN, fields=(*CAMPAIGN.fields, *CAMPAIGN_COUNTS))


def expanded(call: Call, record: Record) -> Record:
    """Return a campaign with the contacts of its sequences counted."""
    held = {
        row["id"]: len(call.tenant.in_sequence.get((record["id"], row["id"]), ()))
        for row in record["sequences"]
    }
    none = {"24_hours": 0, "30_days": 0}
    return {
        **record,
        "active_contact_count": sum(held.values()),
        "completed_contact_count": 0,
        "sequences": [
            {**row, "active_contact_count": held[row["id"]], "historical_contact_count": none}
            for row in record["sequences"]
        ],
        "goals": [{**row, "historical_contact_counts": none} for row in record["goals"]],
    }


CAMPAIGNS = Served(CAMPAIGN, "campaigns", expand=expanded)


def read_campaign(call: Call) -> Answer:
    """GET /campaigns/{id}: counts of contacts; goals and sequences only when asked for."""
    record = expanded(call, CAMPAIGNS.found(call))
    asked = call.names("optional_properties")
    return Answer(200, shown(_WITH_COUNTS.fields, record, dialect=V1, asked=asked))


def held_in_sequence(call: Call) -> set[int]:
    """Return the contacts in the sequence that a path names. Raises Refusal."""
    campaign, number = CAMPAIGNS.found(call), record_id(call.path[3].partition(":")[0])
    if number not in {row["id"] for row in campaign["sequences"]}:
        raise Refusal(404, "Unable to find this Sequence")
    return call.tenant.in_sequence.setdefault((campaign["id"], number), set())


def add_contacts(call: Call) -> Answer:
    """POST /campaigns/{id}/sequences/{sequenceId}/contacts: a map of contact id to outcome."""
    held = held_in_sequence(call)
    outcomes = {}
    for number in ids_of(call.json(), "ids"):
        if call.tenant.contacts.get(number) is None:
            outcomes[str(number)] = "CONTACT_NOT_FOUND"
        else:
            outcomes[str(number)] = "DUPLICATE" if number in held else "SUCCESS"
            held.add(number)
    return Answer(200, outcomes)


def remove_contacts(call: Call) -> Answer:
    """DELETE /campaigns/{id}/sequences/{sequenceId}/contacts: the ids are in the body."""
    held_in_sequence(call).difference_update(ids_of(call.json(), "ids"))
    return Answer(204)


def add_contact(call: Call) -> Answer:
    """POST /campaigns/{id}/sequences/{sequenceId}/contacts/{contactId}."""
    held, number = held_in_sequence(call), record_id(call.path[5])
    if call.tenant.contacts.get(number) is None:
        raise Refusal(404, "Unable to find this Contact")
    held.add(number)
    return Answer(204)


def remove_contact(call: Call) -> Answer:
    """DELETE /campaigns/{id}/sequences/{sequenceId}/contacts/{contactId}."""
    held_in_sequence(call).discard(record_id(call.path[5]))
    return Answer(204)


def achieve_goal(call: Call) -> Answer:
    """POST /campaigns/goals/{integration}/{callName}: every goal of that name, as an array."""
    one_contact(call, checked(GOAL_REQUEST, call.json(), dialect=V1)["contact_id"])
    name = call.path[2:4]
    return Answer(
        201,
        [
            {
                "campaign_id": campaign["id"],
                "goal_id": goal["id"],
                "success": True,
                "message": "Goal achieved",
            }
            for campaign in call.tenant["campaigns"].all()
            for goal in campaign["goals"]
            if (goal.get("integration"), goal.get("call_name")) == name
        ],
    )


_CONTACTS = "campaigns/*/sequences/*/contacts"
ROUTES: Routes = {
    **CAMPAIGNS.routes("list"),
    ("GET", "campaigns/*"): read_campaign,
    ("POST", _CONTACTS): add_contacts,
    ("DELETE", _CONTACTS): remove_contacts,
    ("POST", f"{_CONTACTS}/*"): add_contact,
    ("DELETE", f"{_CONTACTS}/*"): remove_contact,
    ("POST", "campaigns/goals/*/*"): achieve_goal,
}
