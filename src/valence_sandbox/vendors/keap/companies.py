"""Companies."""

from valence_sandbox.store import Record
from valence_sandbox.vendors.keap.call import Call, Refusal
from valence_sandbox.vendors.keap.crud import Routes, Served
from valence_sandbox.vendors.keap.custom_fields import contents, settled
from valence_sandbox.vendors.keap.enumerations import EMAIL_STATUSES_THAT_OPT_IN
from valence_sandbox.vendors.keap.objects import COMPANY


def _prepared(call: Call, values: Record, current: Record | None) -> Record:
    address = values.get("address")
    if address and address.get("region") and not address.get("country_code"):
        raise Refusal(400, "country_code is required if region is specified")
    status = (current or {}).get("email_status") or "NonMarketable"
    if (
        values.get("opt_in_reason")
        and call.switches["opt_in_effect"]
        and status in EMAIL_STATUSES_THAT_OPT_IN
    ):
        values = {**values, "email_opted_in": True, "email_status": "SingleOptIn"}
    return settled(call, values, "COMPANY", current=current)


def _expanded(call: Call, record: Record) -> Record:
    return {**record, "custom_fields": contents(call, record, "COMPANY")}


COMPANIES = Served(
    COMPANY,
    "companies",
    event="company",
    prepare=_prepared,
    expand=_expanded,
    carries_order=True,
)
ROUTES: Routes = COMPANIES.routes("list create read patch")
