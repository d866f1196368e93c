"""Appointments, tasks and notes: what a user of Keap has to do with contacts."""

from valence_sandbox.answers import Answer
from valence_sandbox.store import Record
from valence_sandbox.vendors.keap.call import Call, Refusal
from valence_sandbox.vendors.keap.crud import Routes, Served, contact_summary, one_contact
from valence_sandbox.vendors.keap.objects import APPOINTMENT, NOTE, TASK


def expanded_task(call: Call, record: Record) -> Record:
    """Return a task with its contact in full."""
    contact = record.get("contact")
    return {**record, "contact": contact_summary(call, contact["id"]) if contact else None}


def _prepared_task(call: Call, values: Record, current: Record | None) -> Record:
    if values.get("contact"):
        values["contact"] = {"id": one_contact(call, values["contact"].get("id"))["id"]}
    if "completed" in values and values["completed"] is None:
        values["completed"] = False
    was = bool(current and current.get("completed"))
    if values.get("completed") and not values.get("completion_date"):
        kept = current.get("completion_date") if current and was else None
        values["completion_date"] = kept or call.tenant.now_ms() // 1000 * 1000
    if values.get("completed") is False:
        values["completion_date"] = None
    if current and "completed" in values and values["completed"] != was:
        verb = "complete" if values["completed"] else "incomplete"
        call.tenant.happened(f"task.{verb}", current["id"])
    return values


def _prepared_note(call: Call, values: Record, current: Record | None) -> Record:
    merged = {**(current or {}), **values}
    one_contact(call, merged.get("contact_id"))
    if not (merged.get("title") or merged.get("body")):
        raise Refusal(400, "Either a title or a body is required")
    user = call.tenant["users"].all()[0]
    values["last_updated_by"] = {
        "user_id": user["id"],
        "given_name": user["given_name"],
        "family_name": user["family_name"],
    }
    return values


APPOINTMENTS = Served(
    APPOINTMENT,
    "appointments",
    since_switch="since_field_appointments",
    event="appointment",
    has_sync_token=True,
)
TASKS = Served(
    TASK,
    "tasks",
    create_status=200,
    since_switch="since_field_tasks",
    event="task",
    expand=expanded_task,
    prepare=_prepared_task,
    has_sync_token=True,
    has_text_ids=True,
)
NOTES = Served(NOTE, "notes", event="note", prepare=_prepared_note)


def search_tasks(call: Call) -> Answer:
    """GET /tasks/search: the tasks of the signed-in user."""
    me = call.tenant["users"].all()[0]["id"]
    records = TASKS.select(call, only=lambda record: record.get("user_id") == me)
    return TASKS.page(call, records, "/tasks/search")


ROUTES: Routes = {
    **APPOINTMENTS.routes("list create read replace patch delete"),
    **TASKS.routes("list create read replace patch delete"),
    **NOTES.routes("list create read replace patch delete"),
    ("GET", "tasks/search"): search_tasks,
}
