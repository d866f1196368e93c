"""What the account starts with, from years that old clients name."""

from valence_sandbox.account import Account
from valence_sandbox.store import Record
from valence_sandbox.vendors.stripe import customers, money, orders, plans
from valence_sandbox.vendors.stripe.work import change, newest_first, put

_VISA: Record = {
    "object": "card",
    "number": "4242424242424242",
    "exp_month": 12,
    "exp_year": 2040,
    "cvc": "123",
}
_TOKEN = "tok_182kUjGdZbyQGmEeaRuzEj4F"
_DAY = 86_400
_FIRST_CHARGE = 1_485_255_289
_PEOPLE = (
    ("", "Ada Ngo", "ada@rye.example"),
    ("cus_CxJBOeifhp5V2f", "Grace Kelly", "grace@rye.example"),
    ("", "Tom Miller", "tom@rye.example"),
    ("", "Eve Gold", "eve@rye.example"),
    ("", "Ann Baker", "ann@rye.example"),
)


def plant(account: Account) -> None:
    """Put in customers, what they bought and what they may buy."""
    account.state.update(
        id="acct_16vQpHGdZbyQGmEe",
        destinations={"acct_188ReCA6PwQn1VtN"},
        available={("usd", "card"): 10_000_000, ("usd", "bank_account"): 10_000_000},
        at=_FIRST_CHARGE - 11 * _DAY,
    )
    for token_id in (_TOKEN, "tok_visa"):
        held = customers.new_card(account, _VISA, customer=None)
        made = customers.token(account, held, token_id=token_id) | {"is_reusable": True}
        account["tokens"].add(made, record_id=token_id)
    _goods(account)
    people = [_customer(account, *row) for row in _PEOPLE]
    for place, person in enumerate(people):
        _later(account)
        said: Record = {
            "amount": 1000 + 500 * place,
            "currency": "usd",
            "customer": person["id"],
            "description": f"Rye bread {place + 1}",
            "transfer_group": "group-1" if place % 2 else None,
        }
        made = money.charge(account, said)
        put(account, "charges", made, type_="succeeded")
    first = newest_first(account["charges"].all())[-1]
    money.refund(account, first, {"amount": 500})
    for person, name in ((people[1], "gold"), (people[2], "plan_ChEvY5ZTAjB2mv")):
        _later(account)
        said = {"customer": person["id"], "items": [{"plan": name}]}
        put(account, "subscriptions", plans.subscription(account, said))
        plans.refresh_customer(account, person["id"])
    _orders_and_transfers(account)
    account.state["at"] = None


def _later(account: Account) -> None:
    account.state["at"] += _DAY


def _customer(account: Account, customer_id: str, name: str, email: str) -> Record:
    _later(account)
    said = {"name": name, "email": email, "description": f"Customer {name}", "source": dict(_VISA)}
    return put(account, "customers", customers.customer(account, said, customer_id=customer_id))


def _goods(account: Account) -> None:
    bread = plans.product(account, {"name": "Bread", "type": "good", "attributes": ["size"]})
    put(account, "products", bread)
    club = put(account, "products", plans.product(account, {"name": "Bread club"}))
    old = plans.product(account, {"name": "Cake club", "active": False})
    put(account, "products", old)
    for sku_id, size, price in (("sku_8UEPIi3s4MWMsa", "L", 1500), ("sku_small", "S", 800)):
        _later(account)
        said: Record = {
            "id": sku_id,
            "currency": "usd",
            "inventory": {"type": "infinite"},
            "price": price,
            "product": bread["id"],
            "attributes": {"size": size},
        }
        put(account, "skus", plans.sku(account, said))
    for plan_id, amount in (("plan_ChEvY5ZTAjB2mv", 900), ("gold", 2000), ("silver", 1200)):
        _later(account)
        said = {
            "id": plan_id,
            "amount": amount,
            "currency": "usd",
            "interval": "month",
            "nickname": plan_id,
            "product": club["id"],
        }
        put(account, "plans", plans.plan(account, said))


def _orders_and_transfers(account: Account) -> None:
    account.state["at"] = 1_522_700_000
    for place in range(3):
        _later(account)
        said: Record = {
            "currency": "usd",
            "email": "grace@rye.example",
            "items": [{"type": "sku", "parent": "sku_8UEPIi3s4MWMsa", "quantity": place + 1}],
            "shipping": {
                "name": "Grace Kelly",
                "address": {"line1": "1 Mill Lane", "city": "Rome", "country": "US"},
            },
        }
        made = put(account, "orders", orders.order(account, said))
        if place < 2:
            times = made["status_transitions"] | {"canceled": account.state["at"] + 60}
            change(account, made, {"status": "canceled", "status_transitions": times})
    for place in range(3):
        _later(account)
        said = {
            "amount": 400 * (place + 1),
            "currency": "usd",
            "destination": "acct_188ReCA6PwQn1VtN",
            "transfer_group": "group-1",
        }
        put(account, "transfers", money.transfer(account, said))


def made_up_customers(account: Account, count: int) -> list[str]:
    """Add customers without cards and return their ids."""
    return [
        put(account, "customers", customers.customer(account, {"email": f"c{number}@rye.example"}))[
            "id"
        ]
        for number in range(count)
    ]
