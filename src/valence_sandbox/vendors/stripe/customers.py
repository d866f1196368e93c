"""Customers, their cards, and tokens. Source: https://stripe.com/docs/api/customers, /cards,
/tokens."""

from datetime import UTC, datetime
from typing import Any

from valence_sandbox.account import Account
from valence_sandbox.answers import Answer
from valence_sandbox.call import Call
from valence_sandbox.store import Record
from valence_sandbox.vendors.stripe.cards import card, check_expiry
from valence_sandbox.vendors.stripe.endpoints import RESOURCES, SOURCES
from valence_sandbox.vendors.stripe.refused import missing, refused, required
from valence_sandbox.vendors.stripe.work import (
    change,
    find,
    given,
    listed,
    new_id,
    put,
    seconds,
    sublist,
    tell,
)

_CUSTOMER = RESOURCES["customers"]


def new_card(account: Account, said: Any, *, customer: str | None, param: str = "source") -> Record:
    """Return the card that a hash or a token stands for. Raises Refusal."""
    if isinstance(said, dict):
        year = datetime.fromtimestamp(seconds(account), UTC).year
        return card(said, new_id(account, SOURCES), customer=customer, year=year)
    token = account["tokens"].get(str(said))
    if token is None:
        raise missing("token", str(said), param=param)
    if token["used"]:
        raise refused(
            f"You cannot use a Stripe token more than once: {said}.",
            code="token_already_used",
            param=param,
        )
    token["used"] = not token.get("is_reusable", False)
    shown = {key: part for key, part in token["card"].items() if key != "is_reusable"}
    return shown | {"id": new_id(account, SOURCES), "customer": customer}


def create(call: Call) -> Answer:
    """POST /v1/customers."""
    said = given(call, _CUSTOMER.create)
    return Answer(200, put(call.account, "customers", customer(call.account, said)))


def customer(account: Account, said: Record, *, customer_id: str = "") -> Record:
    """Return a new customer, with the card that comes with it. Raises Refusal."""
    customer_id = customer_id or new_id(account, _CUSTOMER)
    source = said.pop("source", None)
    held = [new_card(account, source, customer=customer_id)] if source is not None else []
    root = f"/v1/customers/{customer_id}"
    return {
        "id": customer_id,
        "object": "customer",
        "account_balance": said.get("account_balance") or said.get("balance") or 0,
        "address": said.get("address"),
        "created": account.state.get("at") or seconds(account),
        "currency": None,
        "default_source": held[0]["id"] if held else None,
        "delinquent": False,
        "description": said.get("description"),
        "discount": None,
        "email": said.get("email"),
        "invoice_prefix": said.get("invoice_prefix") or customer_id[-7:].upper(),
        "livemode": False,
        "metadata": said.get("metadata") or {},
        "name": said.get("name"),
        "phone": said.get("phone"),
        "shipping": said.get("shipping"),
        "sources": sublist(f"{root}/sources", held),
        "subscriptions": sublist(f"{root}/subscriptions"),
    }


def read(call: Call) -> Answer:
    """GET /v1/customers/{id}: of a deleted one, that it was deleted."""
    record = call.account["customers"].get(call.path[2])
    if record is None:
        raise missing("customer", call.path[2])
    return Answer(200, record)


def update(call: Call) -> Answer:
    """POST /v1/customers/{id}: a source takes the place of the default one."""
    record = find(call.account, "customers", call.path[2])
    said = given(call, _CUSTOMER.update)
    source, default = said.pop("source", None), said.get("default_source")
    cards = record["sources"]["data"]
    if default and all(held["id"] != default for held in cards):
        raise missing("source", default, param="default_source")
    if source is not None:
        new = new_card(call.account, source, customer=record["id"])
        cards = [held for held in cards if held["id"] != record["default_source"]] + [new]
        record["sources"] = sublist(record["sources"]["url"], cards)
        said["default_source"] = new["id"]
    return Answer(200, change(call.account, record, said))


def delete(call: Call) -> Answer:
    """DELETE /v1/customers/{id}: ends its subscriptions; the id answers that it was deleted."""
    record = find(call.account, "customers", call.path[2])
    for subscription in call.account["subscriptions"].all():
        if subscription["customer"] == record["id"] and subscription["status"] != "canceled":
            now = seconds(call.account)
            ended = {"status": "canceled", "canceled_at": now, "ended_at": now}
            change(call.account, subscription, ended, type_="deleted")
    tell(call.account, "customer.deleted", record)
    kept = {"id": record["id"], "object": "customer", "deleted": True}
    call.account["customers"].add(kept, record_id=record["id"])
    # Under the same id, at its old place; the fields of lists are not asked for any more.
    return Answer(200, {"id": record["id"], "object": "customer", "deleted": True})


# -- sources ---------------------------------------------------------------------------------------


def sources(call: Call) -> Answer:
    """GET /v1/customers/{id}/sources."""
    record = find(call.account, "customers", call.path[2])
    cards = record["sources"]["data"]
    dated = [held | {"created": place} for place, held in enumerate(cards)]
    answer = listed(call, SOURCES, dated)
    for held in answer.json["data"]:
        del held["created"]
    return answer


def add_source(call: Call) -> Answer:
    """POST /v1/customers/{id}/sources."""
    record = find(call.account, "customers", call.path[2])
    said = given(call, SOURCES.create)
    if not said.get("source"):
        raise required("source")
    new = new_card(call.account, said["source"], customer=record["id"])
    if said.get("metadata"):
        new["metadata"] = said["metadata"]
    cards = [*record["sources"]["data"], new]
    record["sources"] = sublist(record["sources"]["url"], cards)
    record["default_source"] = record["default_source"] or new["id"]
    tell(call.account, "customer.source.created", new)
    return Answer(200, new)


def read_source(call: Call) -> Answer:
    """GET /v1/customers/{id}/sources/{id}."""
    return Answer(200, _source(call))


def update_source(call: Call) -> Answer:
    """POST /v1/customers/{id}/sources/{id}: a number is never changed."""
    held = _source(call)
    said = given(call, SOURCES.update)
    check_expiry(said, year=datetime.fromtimestamp(seconds(call.account), UTC).year)
    held.update({name: part for name, part in said.items() if name != "metadata"})
    held["metadata"] = {**held["metadata"], **said.get("metadata", {})}
    tell(call.account, "customer.source.updated", held)
    return Answer(200, held)


def delete_source(call: Call) -> Answer:
    """DELETE /v1/customers/{id}/sources/{id}: another becomes the default."""
    held = _source(call)
    record = find(call.account, "customers", call.path[2])
    cards = [other for other in record["sources"]["data"] if other is not held]
    record["sources"] = sublist(record["sources"]["url"], cards)
    if record["default_source"] == held["id"]:
        record["default_source"] = cards[-1]["id"] if cards else None
    tell(call.account, "customer.source.deleted", held)
    return Answer(200, {"id": held["id"], "object": "card", "deleted": True})


def _source(call: Call) -> Record:
    record = find(call.account, "customers", call.path[2])
    for held in record["sources"]["data"]:
        if held["id"] == call.path[4]:
            found: Record = held
            return found
    raise missing("source", call.path[4])


# -- tokens ----------------------------------------------------------------------------------------


def create_token(call: Call) -> Answer:
    """POST /v1/tokens."""
    said = given(call, RESOURCES["tokens"].create)
    if not isinstance(said.get("card"), dict):
        raise required("card")
    held = new_card(call.account, said["card"], customer=None)
    made = token(call.account, held)
    return Answer(200, shown_token(call.account["tokens"].add(made, record_id=made["id"])))


def token(account: Account, held: Record, *, token_id: str = "") -> Record:
    """Return a new token of a card."""
    return {
        "id": token_id or new_id(account, RESOURCES["tokens"]),
        "object": "token",
        "card": held,
        "client_ip": "127.0.0.1",
        "created": account.state.get("at") or seconds(account),
        "livemode": False,
        "type": "card",
        "used": False,
    }


def read_token(call: Call) -> Answer:
    """GET /v1/tokens/{id}."""
    return Answer(200, shown_token(find(call.account, "tokens", call.path[2])))


def shown_token(record: Record) -> Record:
    """Return a token as it is answered."""
    return {name: part for name, part in record.items() if name != "is_reusable"}
