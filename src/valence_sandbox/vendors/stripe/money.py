"""Charges, refunds, transfers, and the balance that they change.

Source: https://stripe.com/docs/api/charges, /refunds, /transfers, /balance."""

from valence_sandbox.account import Account
from valence_sandbox.answers import Answer
from valence_sandbox.call import Call
from valence_sandbox.store import Record
from valence_sandbox.vendors.stripe.customers import new_card
from valence_sandbox.vendors.stripe.endpoints import CAPTURE, REFUND, RESOURCES
from valence_sandbox.vendors.stripe.parameters import text
from valence_sandbox.vendors.stripe.refused import missing, refused
from valence_sandbox.vendors.stripe.work import (
    change,
    find,
    given,
    listed,
    new_id,
    newest_first,
    put,
    seconds,
    sublist,
)

_CHARGE, _REFUND, _TRANSFER = (RESOURCES[name] for name in ("charges", "refunds", "transfers"))
_TRANSACTION = RESOURCES["balance_transactions"]
_LEAST = 50  # https://stripe.com/docs/currencies#minimum-and-maximum-charge-amounts
_PENDING_SECONDS = 2 * 86_400


def record_transaction(
    account: Account, record: Record, *, amount: int, fee: int, type_: str
) -> Record:
    """Store what a movement did to the balance."""
    created = record["created"]
    available = created + (_PENDING_SECONDS if type_ == "charge" else 0)
    values = {
        "object": "balance_transaction",
        "amount": amount,
        "available_on": available,
        "created": created,
        "currency": record["currency"],
        "description": record.get("description"),
        "exchange_rate": None,
        "fee": fee,
        "fee_details": [
            {
                "amount": fee,
                "application": None,
                "currency": record["currency"],
                "description": "Stripe processing fees",
                "type": "stripe_fee",
            }
        ]
        if fee
        else [],
        "net": amount - fee,
        "source": record["id"],
        "status": "available" if available <= seconds(account) else "pending",
        "type": type_,
    }
    return account["balance_transactions"].add(values, record_id=new_id(account, _TRANSACTION))


# -- charges ---------------------------------------------------------------------------------------


def create_charge(call: Call) -> Answer:
    """POST /v1/charges."""
    said = given(call, _CHARGE.create)
    return Answer(200, put(call.account, "charges", charge(call.account, said), type_="succeeded"))


def charge(account: Account, said: Record, *, charge_id: str = "") -> Record:
    """Return a new charge; a captured one has changed the balance. Raises Refusal."""
    amount, currency = said["amount"], said["currency"].lower()
    _check_currency(currency)
    if amount < _LEAST:
        raise refused("Amount must be at least 50 cents", code="amount_too_small", param="amount")
    source = _charged_source(account, said)
    is_captured = said.get("capture") is not False
    charge_id = charge_id or new_id(account, _CHARGE)
    made: Record = {
        "id": charge_id,
        "object": "charge",
        "amount": amount,
        "amount_refunded": 0,
        "application": None,
        "application_fee": None,
        "balance_transaction": None,
        "captured": is_captured,
        "created": account.state.get("at") or seconds(account),
        "currency": currency,
        "customer": said.get("customer"),
        "description": said.get("description"),
        "destination": None,
        "dispute": None,
        "failure_code": None,
        "failure_message": None,
        "fraud_details": {},
        "invoice": None,
        "livemode": False,
        "metadata": said.get("metadata") or {},
        "on_behalf_of": said.get("on_behalf_of"),
        "order": None,
        "outcome": {
            "network_status": "approved_by_network",
            "reason": None,
            "risk_level": "normal",
            "seller_message": "Payment complete.",
            "type": "authorized",
        },
        "paid": True,
        "receipt_email": said.get("receipt_email"),
        "receipt_number": None,
        "refunded": False,
        "refunds": sublist(f"/v1/charges/{charge_id}/refunds"),
        "review": None,
        "shipping": said.get("shipping"),
        "source": source,
        "source_transfer": None,
        "statement_descriptor": said.get("statement_descriptor"),
        "status": "succeeded",
        "transfer_group": said.get("transfer_group"),
    }
    if is_captured:
        made["balance_transaction"] = _captured(account, made, amount)
    return made


def _charged_source(account: Account, said: Record) -> Record:
    source, customer_id = said.get("source"), said.get("customer")
    if customer_id is None:
        if source is None:
            raise refused(
                "Must provide source or customer.", code="parameter_missing", param="source"
            )
        return new_card(account, source, customer=None)
    customer = find(account, "customers", customer_id, param="customer")
    wanted = source or customer["default_source"]
    if wanted is None:
        raise refused(
            "Cannot charge a customer that has no active card",
            status=402,
            type_="card_error",
            code="missing",
            param="card",
        )
    for held in customer["sources"]["data"]:
        if held["id"] == wanted:
            found: Record = held
            return found
    raise refused(
        f"Customer {customer_id} does not have card with ID {wanted}",
        code="missing",
        param="card",
    )


def _check_currency(currency: str) -> None:
    if len(currency) != 3 or not currency.isalpha():
        raise refused(f"Invalid currency: {currency}", param="currency")


def _captured(account: Account, record: Record, amount: int) -> str:
    fee = round(amount * 0.029) + 30
    moved = record_transaction(account, record, amount=amount, fee=fee, type_="charge")
    return str(moved["id"])


def update_charge(call: Call) -> Answer:
    """POST /v1/charges/{id}."""
    record = find(call.account, "charges", call.path[2])
    said = given(call, _CHARGE.update)
    if said.get("customer"):
        find(call.account, "customers", said["customer"], param="customer")
    return Answer(200, change(call.account, record, said))


def capture(call: Call) -> Answer:
    """POST /v1/charges/{id}/capture: what is not captured is refunded."""
    record = find(call.account, "charges", call.path[2])
    said = given(call, CAPTURE)
    if record["captured"]:
        raise refused(
            f"Charge {record['id']} has already been captured.", code="charge_already_captured"
        )
    amount = said.pop("amount", None) or record["amount"]
    if amount > record["amount"]:
        raise refused(
            "You cannot capture a charge for an amount larger than it already has.",
            code="amount_too_large",
            param="amount",
        )
    rest = record["amount"] - amount
    moved = _captured(call.account, record, amount)
    if rest:
        _refunded(call.account, record, {"amount": rest})
    done = {"captured": True, "balance_transaction": moved, **said}
    return Answer(200, change(call.account, record, done, type_="captured"))


# -- refunds ---------------------------------------------------------------------------------------


def create_refund(call: Call) -> Answer:
    """POST /v1/refunds."""
    said = given(call, _REFUND.create)
    record = find(call.account, "charges", said["charge"], param="charge")
    return Answer(200, refund(call.account, record, said))


def create_refund_of(call: Call) -> Answer:
    """POST /v1/charges/{id}/refunds."""
    record = find(call.account, "charges", call.path[2])
    return Answer(200, refund(call.account, record, given(call, REFUND)))


def refund(account: Account, record: Record, said: Record) -> Record:
    """Refund a charge, or a part of it. Raises Refusal."""
    left = record["amount"] - record["amount_refunded"]
    amount = said.get("amount") or left
    if record["refunded"]:
        raise refused(
            f"Charge {record['id']} has already been refunded.", code="charge_already_refunded"
        )
    if amount > left:
        raise refused(
            f"Refund amount (${amount / 100:.2f}) is greater than unrefunded amount on charge"
            f" (${left / 100:.2f})",
            param="amount",
        )
    return _refunded(account, record, {**said, "amount": amount})


def _refunded(account: Account, record: Record, said: Record) -> Record:
    amount = said["amount"]
    made: Record = {
        "id": new_id(account, _REFUND),
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": record["id"],
        "created": account.state.get("at") or seconds(account),
        "currency": record["currency"],
        "metadata": said.get("metadata") or {},
        "reason": said.get("reason"),
        "receipt_number": None,
        "status": "succeeded",
    }
    if record["captured"]:
        moved = record_transaction(account, made, amount=-amount, fee=0, type_="refund")
        made["balance_transaction"] = moved["id"]
    account["refunds"].add(made, record_id=made["id"])
    inside = newest_first([*record["refunds"]["data"], account["refunds"].get(made["id"]) or made])
    total = record["amount_refunded"] + amount
    change(
        account,
        record,
        {
            "amount_refunded": total,
            "refunded": total == record["amount"],
            "refunds": sublist(record["refunds"]["url"], inside),
        },
        type_="refunded",
    )
    return account["refunds"].get(made["id"]) or made


def refunds_of(call: Call) -> Answer:
    """GET /v1/charges/{id}/refunds."""
    record = find(call.account, "charges", call.path[2])
    return listed(call, _REFUND, record["refunds"]["data"])


def read_refund_of(call: Call) -> Answer:
    """GET /v1/charges/{id}/refunds/{id}."""
    record = find(call.account, "charges", call.path[2])
    for held in record["refunds"]["data"]:
        if held["id"] == call.path[4]:
            return Answer(200, held)
    raise missing("refund", call.path[4])


# -- transfers and the balance ---------------------------------------------------------------------


def create_transfer(call: Call) -> Answer:
    """POST /v1/transfers."""
    said = given(call, _TRANSFER.create)
    return Answer(200, put(call.account, "transfers", transfer(call.account, said)))


def transfer(account: Account, said: Record) -> Record:
    """Return a new transfer, which has changed the balance. Raises Refusal."""
    currency, amount = said["currency"].lower(), said["amount"]
    _check_currency(currency)
    if said["destination"] not in account.state["destinations"]:
        raise missing("destination", said["destination"], param="destination")
    kind = said.get("source_type") or "card"
    funds = account.state["available"]
    if amount > funds.get((currency, kind), 0):
        raise refused(
            "Insufficient funds in Stripe account. In test mode, you can add funds to your"
            " available balance (bypassing your pending balance) by creating a charge with"
            " 4000 0000 0000 0077 as the card number.",
            code="balance_insufficient",
        )
    funds[currency, kind] -= amount
    transfer_id = new_id(account, _TRANSFER)
    made: Record = {
        "id": transfer_id,
        "object": "transfer",
        "amount": amount,
        "amount_reversed": 0,
        "balance_transaction": None,
        "created": account.state.get("at") or seconds(account),
        "currency": currency,
        "description": said.get("description"),
        "destination": said["destination"],
        "destination_payment": f"py_{transfer_id[3:]}",
        "livemode": False,
        "metadata": said.get("metadata") or {},
        "reversals": sublist(f"/v1/transfers/{transfer_id}/reversals"),
        "reversed": False,
        "source_transaction": said.get("source_transaction"),
        "source_type": kind,
        "transfer_group": said.get("transfer_group"),
    }
    moved = record_transaction(account, made, amount=-amount, fee=0, type_="transfer")
    made["balance_transaction"] = moved["id"]
    return made


def balance(call: Call) -> Answer:
    """GET /v1/balance."""
    given(call, ())
    pending: dict[str, int] = {}
    for moved in call.account["balance_transactions"].all():
        if moved["available_on"] > seconds(call.account):
            pending[moved["currency"]] = pending.get(moved["currency"], 0) + moved["net"]
    available: dict[str, Record] = {}
    for (currency, kind), amount in call.account.state["available"].items():
        held = available.setdefault(
            currency, {"amount": 0, "currency": currency, "source_types": {}}
        )
        held["amount"] += amount
        held["source_types"][kind] = amount
    return Answer(
        200,
        {
            "object": "balance",
            "available": list(available.values()),
            "livemode": False,
            "pending": [
                {"amount": amount, "currency": currency, "source_types": {"card": amount}}
                for currency, amount in (pending or {"usd": 0}).items()
            ],
        },
    )


def account_of(call: Call) -> Answer:
    """GET /v1/account."""
    given(call, text())
    return Answer(
        200,
        {
            "id": call.account.state["id"],
            "object": "account",
            "business_profile": {"name": "Rye and Wheat"},
            "charges_enabled": True,
            "country": "US",
            "default_currency": "usd",
            "details_submitted": True,
            "email": "owner@rye.example",
            "payouts_enabled": True,
            "type": "standard",
        },
    )
