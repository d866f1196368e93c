"""Companies in REST v2."""

from valence_sandbox.store import Record
from valence_sandbox.vendors.keap import companies
from valence_sandbox.vendors.keap import v2_objects as rows
from valence_sandbox.vendors.keap.call import Call
from valence_sandbox.vendors.keap.v2_served import ServedV2


def _expanded(_: Call, record: Record) -> Record:
    address = record.get("email_address")
    email = {
        "email": address,
        "field": "EMAIL1",
        "is_opt_in": bool(record.get("email_opted_in")),
        "email_opt_status": rows.STATUS_WORDS[record.get("email_status") or "NonMarketable"],
    }
    return {**record, "email": email if address else None}


def _inward(values: Record) -> Record:
    email = values.pop("written_email", None)
    if email:
        values["email_address"] = email["email"]
        values["opt_in_reason"] = email["opt_in_reason"]
    return values


COMPANIES = ServedV2(
    companies.COMPANIES, rows.COMPANY, "companies", expand=_expanded, inward=_inward
)
