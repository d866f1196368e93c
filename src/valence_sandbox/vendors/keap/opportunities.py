"""Opportunities and the stages they move through."""

from valence_sandbox.answers import Answer
from valence_sandbox.store import Record
from valence_sandbox.vendors.keap.call import Call, Refusal
from valence_sandbox.vendors.keap.crud import Routes, Served, contact_summary, one_contact
from valence_sandbox.vendors.keap.custom_fields import contents, settled
from valence_sandbox.vendors.keap.objects import OPPORTUNITY


def expanded(call: Call, record: Record) -> Record:
    """Return an opportunity with its contact, stage and user in full."""
    stage = call.tenant["stages"].get(record["stage"]["id"]) or record["stage"]
    user = call.tenant["users"].get(record["user"]["id"]) if record.get("user") else None
    return {
        **record,
        "custom_fields": contents(call, record, "OPPORTUNITY"),
        "contact": contact_summary(call, record["contact"]["id"]) or record["contact"],
        "stage": {
            "id": stage["id"],
            "name": stage.get("stage_name"),
            "details": {
                "probability": stage.get("probability"),
                "stage_order": stage.get("stage_order"),
                "target_num_days": stage.get("target_num_days"),
                "check_list_items": [],
            },
            "reasons": record["stage"].get("reasons") or [],
        },
        "user": None
        if user is None
        else {
            "id": user["id"],
            "first_name": user["given_name"],
            "last_name": user["family_name"],
        },
    }


def _prepared(call: Call, values: Record, current: Record | None) -> Record:
    if "contact" in values:
        values["contact"] = {"id": one_contact(call, values["contact"].get("id"))["id"]}
    if "stage" in values:
        values["stage"] = _stage(call, values["stage"])
        if current and current["stage"]["id"] != values["stage"]["id"]:
            call.tenant.happened("opportunity.stage_move", current["id"])
    if values.get("user"):
        number = values["user"].get("id")
        if number is not None and call.tenant["users"].get(number) is None:
            raise Refusal(400, "Unable to find this User")
        values["user"] = {"id": number} if number is not None else None
    return settled(call, values, "OPPORTUNITY", current=current)


def _stage(call: Call, wanted: Record) -> Record:
    stage = call.tenant["stages"].get(wanted["id"])
    if stage is None:
        raise Refusal(400, "Unable to find this Stage")
    # Only where a deal ends is there a reason for it.
    return {"id": stage["id"], "reasons": wanted.get("reasons") if stage["end_stage"] else []}


OPPORTUNITIES = Served(
    OPPORTUNITY,
    "opportunities",
    create_switch="opportunity_create_status",
    event="opportunity",
    expand=expanded,
    prepare=_prepared,
)


def list_opportunities(call: Call) -> Answer:
    """GET /opportunities: the reasons of a stage are shown by the single read alone."""
    answer = OPPORTUNITIES.list(call)
    for row in answer.json["opportunities"]:
        row["stage"]["reasons"] = []
    return answer


def replace_opportunity(call: Call) -> Answer:
    """PUT /opportunities: the id is in the body."""
    body = call.json()
    number = body.get("id")
    record = call.tenant["opportunities"].get(number) if isinstance(number, int) else None
    if record is None:
        raise Refusal(404 if number is not None else 400, "Unable to find this Opportunity")
    return OPPORTUNITIES.put(call, record, body)


def stage_pipeline(call: Call) -> Answer:
    """GET /opportunity/stage_pipeline: a bare array."""
    held = [record["stage"]["id"] for record in call.tenant["opportunities"].all()]
    return Answer(
        200,
        [
            {
                "stage_id": stage["id"],
                "stage_name": stage["stage_name"],
                "stage_order": stage["stage_order"],
                "stage_count": held.count(stage["id"]),
                "is_default": stage["is_default"],
                "end_stage": stage["end_stage"],
            }
            for stage in call.tenant["stages"].all()
        ],
    )


ROUTES: Routes = {
    **OPPORTUNITIES.routes("create read patch"),
    ("GET", "opportunities"): list_opportunities,
    ("PUT", "opportunities"): replace_opportunity,
    ("GET", "opportunity/stage_pipeline"): stage_pipeline,
}
