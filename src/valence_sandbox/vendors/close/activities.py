"""What happened on a lead: notes, e-mails, calls; newest first."""

from valence_sandbox.account import Account, iso_offset
from valence_sandbox.answers import Answer
from valence_sandbox.call import Call
from valence_sandbox.store import Record
from valence_sandbox.vendors.close import checks
from valence_sandbox.vendors.close.checks import refused
from valence_sandbox.vendors.close.objects import CALL, EMAIL, NOTE, Written
from valence_sandbox.vendors.close.served import Routes, Served, full_name, me

_SENDER_NEEDED = ("inbox", "scheduled", "outbox", "error")
_WAITING = ("scheduled", "outbox")
_BOUNDS = ("date_created", "activity_at")


def shown(account: Account, record: Record) -> Record:
    """Return an activity as it is answered."""
    user = account["user"].get(record["user_id"])
    return {**record, "user_name": full_name(user) if user else None}


def written(call: Call, values: Record, stored: Record | None) -> Record:
    """Return an activity's values with whose it is and when it happened."""
    if stored is not None:
        return values
    user, now = me(call.account)["id"], iso_offset(call.now_ms())
    return {"user_id": user, "activity_at": now, **values}


def email_written(call: Call, values: Record, stored: Record | None) -> Record:
    """Return an e-mail's values: only drafts change, what is sent needs a sender."""
    if stored is not None and stored["status"] != "draft":
        is_cancelled = values == {"status": "draft"} and stored["status"] in _WAITING
        if not is_cancelled:
            raise refused({"status": "Only drafts can be modified."})
    whole = {**(stored or {}), **values}
    if whole.get("status") in _SENDER_NEEDED and not whole.get("sender"):
        raise refused({"sender": checks.REQUIRED})
    if whole.get("status") == "scheduled" and not whole.get("date_scheduled"):
        raise refused({"date_scheduled": checks.REQUIRED})
    if whole.get("status") in ("sent", "outbox") and not whole.get("date_sent"):
        values = {**values, "date_sent": iso_offset(call.now_ms())}
    return written(call, values, stored)


def _kind(word: str, title: str, what: Written, prepare: object = written) -> Served:
    return Served(
        "activity", f"api/v1/activity/{word}", title, what,
        equals=("lead_id", "user_id", "contact_id"), bounds=_BOUNDS, orders=_BOUNDS,
        default_order="-date_created", fixed={"_type": title}, view=shown,
        prepare=prepare,  # type: ignore[arg-type]
    )  # fmt: skip


NOTES = _kind("note", "Note", NOTE)
EMAILS = _kind("email", "Email", EMAIL, email_written)
CALLS = _kind("call", "Call", CALL)
ALL = Served(
    "activity", "api/v1/activity", "Activity", Written({}),
    equals=("lead_id", "user_id", "contact_id", "_type"), bounds=_BOUNDS,
    orders=_BOUNDS, default_order="-date_created", view=shown,
)  # fmt: skip
_OF_ONE_LEAD = ("user_id", "contact_id", "_type", "_type__in")


def list_all(call: Call) -> Answer:
    """GET /activity/: most parameters want a lead."""
    if not call.query.get("lead_id"):
        wrong = [name for name in _OF_ONE_LEAD if call.query.get(name)]
        if wrong:
            sentence = "This filter can only be used together with lead_id."
            raise refused(dict.fromkeys(wrong, sentence))
    records = ALL.matching(call, call.account["activity"].all())
    kinds = call.names("_type__in")
    if kinds:
        records = [record for record in records if record["_type"] in kinds]
    return ALL.page(call, ALL.ordered(call, records))


def routes() -> Routes:
    """Return the routes of activities."""
    found: Routes = {("GET", ALL.path): list_all}
    for served in (NOTES, EMAILS, CALLS):
        found |= served.routes()
    return found
