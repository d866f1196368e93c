"""Affiliates (referral partners) and what they earn."""

from valence_sandbox.answers import Answer
from valence_sandbox.collections import answered, select
from valence_sandbox.store import Collection, Record
from valence_sandbox.vendors.keap.call import Call
from valence_sandbox.vendors.keap.crud import Routes, Served, one_contact
from valence_sandbox.vendors.keap.objects import (
    AFFILIATE,
    AFFILIATE_PAYMENT,
    CLAWBACK,
    COMMISSION,
    PROGRAM,
    REDIRECT,
    SUMMARY,
    V1,
)


def _prepared(call: Call, values: Record, _: Record | None) -> Record:
    if "contact_id" in values:  # a change of v2 may leave it out
        one_contact(call, values["contact_id"])
    return values


AFFILIATES = Served(AFFILIATE, "affiliates", prepare=_prepared)
COMMISSIONS = Served(COMMISSION, "affiliates/commissions")
PROGRAMS = Served(PROGRAM, "affiliates/programs")
REDIRECTS = Served(REDIRECT, "affiliates/redirectlinks")
CLAWBACKS = Served(CLAWBACK, "affiliates/clawbacks")
PAYMENTS = Served(AFFILIATE_PAYMENT, "affiliates/payments", store="affiliate_payments")


def list_summaries(call: Call) -> Answer:
    """GET /affiliates/summaries: not paged."""
    asked = call.integers("affiliate_ids")
    rows = Collection()
    for affiliate in call.tenant["affiliates"].all():
        if not asked or affiliate["id"] in asked:
            rows.add(summary(call, affiliate["id"]), record_id=affiliate["id"])
    found = select(rows, SUMMARY, call.query, dialect=V1)
    shown = [answered(SUMMARY, row, dialect=V1) for row in found]
    return Answer(200, {"summaries": shown, "count": len(shown)})


def summary(call: Call, affiliate_id: int) -> Record:
    """Return what an affiliate earned, gave back and is still owed."""

    def total(name: str, owner: str, amount: str) -> float:
        rows = call.tenant[name].all()
        return round(sum(float(row[amount]) for row in rows if row[owner] == affiliate_id), 2)

    earned = total("commissions", "sales_affiliate_id", "amount_earned")
    taken = total("clawbacks", "sale_affiliate_id", "amount")
    paid = total("affiliate_payments", "affiliate_id", "amount")
    return {
        "affiliate_id": affiliate_id,
        "amount_earned": earned,
        "clawbacks": taken,
        "balance": round(earned - taken - paid, 2),
    }


def list_clawbacks(call: Call) -> Answer:
    """GET /affiliates/{id}/clawbacks."""
    number = AFFILIATES.found(call)["id"]
    records = CLAWBACKS.select(call, only=lambda row: row["sale_affiliate_id"] == number)
    return CLAWBACKS.page(call, records, f"/affiliates/{number}/clawbacks")


def list_payments(call: Call) -> Answer:
    """GET /affiliates/{id}/payments."""
    number = AFFILIATES.found(call)["id"]
    records = PAYMENTS.select(call, only=lambda row: row["affiliate_id"] == number)
    return PAYMENTS.page(call, records, f"/affiliates/{number}/payments")


ROUTES: Routes = {
    **AFFILIATES.routes("list create read"),
    **COMMISSIONS.routes("list"),
    **PROGRAMS.routes("list"),
    **REDIRECTS.routes("list"),
    ("GET", "affiliates/summaries"): list_summaries,
    ("GET", "affiliates/*/clawbacks"): list_clawbacks,
    ("GET", "affiliates/*/payments"): list_payments,
}
