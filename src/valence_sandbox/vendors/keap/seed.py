"""What every account starts with, and contacts made up in number."""

import base64
from typing import TYPE_CHECKING

from valence_sandbox.store import Record
from valence_sandbox.vendors.keap.dates import render

if TYPE_CHECKING:
    from valence_sandbox.vendors.keap.tenant import Tenant

_DAY_MS = 86_400_000
_FIRST_NAMES = ("Ada", "Ben", "Chen", "Dora", "Emil", "Fatou", "Grace", "Hugo", "Ines", "Jun")
_LAST_NAMES = ("Ng", "Okafor", "Silva", "Novak", "Berg", "Diaz", "Khan", "Rossi", "Weber", "Sato")

_STAGES = (
    # id, name, probability, target days, is default, is an end, is won
    (18, "New Opportunity", 10, 7, True, False, False),
    (20, "Qualified", 40, 14, False, False, False),
    (22, "Won", 100, 0, False, True, True),
    (24, "Lost", 0, 0, False, True, False),
)
_PRODUCTS = (
    ("Rye bread", "RYE", 4.5, True),
    ("Sourdough", "SOUR", 6.0, True),
    ("Baguette", "BAG", 2.25, True),
    ("Birthday cake", "CAKE", 38.0, True),
    ("Bread of the month", "CLUB", 19.0, True),
    ("Fruit loaf", "FRUIT", 7.5, False),
)


def made_up_contact(number: int) -> Record:
    """Return the n-th made-up contact."""
    first = _FIRST_NAMES[number % len(_FIRST_NAMES)]
    last = _LAST_NAMES[number // len(_FIRST_NAMES) % len(_LAST_NAMES)]
    email = f"{first}.{last}.{number}@seed.example".lower()
    return {
        "given_name": first,
        "family_name": last,
        "email_addresses": [{"email": email, "field": "EMAIL1"}],
    }


def profile() -> Record:
    """Return the profile of the account."""
    return {
        "name": "Sandbox Bakery",
        "email": "hello@bakery.example",
        "phone": "+1 480 555 0100",
        "phone_ext": None,
        "website": "https://bakery.example",
        "logo_url": None,
        "address": {
            "field": "BILLING",
            "line1": "1 Oven Street",
            "line2": None,
            "locality": "Chandler",
            "region": "Arizona",
            "postal_code": "85226",
            "zip_code": "85226",
            "zip_four": None,
            "country_code": "USA",
        },
        "time_zone": "America/Phoenix",
        "language_tag": "en-US",
        "currency_code": "USD",
        "business_type": "Bakery",
        "business_goals": ["Grow"],
        "business_primary_color": "#36a635",
        "business_secondary_color": "#1f7a3d",
    }


def plant(tenant: "Tenant") -> None:
    """Put the usual records into an empty account."""
    now = tenant.now_ms() // 1000 * 1000
    _people(tenant, now)
    _work(tenant, now)
    _sales(tenant, now)
    _marketing(tenant, now)


def _people(tenant: "Tenant", now: int) -> None:
    past = {"date_created": now - 90 * _DAY_MS, "last_updated": now - 60 * _DAY_MS}
    tenant["users"].add(
        {
            "email_address": "owner@bakery.example",
            "given_name": "Olive",
            "family_name": "Baker",
            "middle_name": None,
            "preferred_name": "Olive Baker",
            "status": "Active",
            "partner": False,
            "infusionsoft_id": "owner@bakery.example",
            "global_user_id": 1,
            **past,
        }
    )
    tenant["custom_fields"].add(
        {
            "label": "Favourite bread",
            "field_name": "FavouriteBread",
            "field_type": "Text",
            "record_type": "CONTACT",
            "options": [],
        }
    )
    tenant["categories"].add({"name": "Customer Tags", "description": None})
    for number, name in ((91, "Newsletter"), (93, "Nurture")):
        tag = {"name": name, "description": None, "category": {"id": 1}, **past}
        tenant.tags.add(tag, record_id=number)
    tenant["companies"].add(
        {"company_name": "Flour Ltd", "email_address": "mill@flour.example", **past}, record_id=56
    )
    for number, first, last, email in (
        (6, "Joe", "Miller", "joe@gmail.com"),
        (32, "Kelly", "Gold", "kelly@example.com"),
    ):
        tenant.add_contact(
            {
                "given_name": first,
                "family_name": last,
                "email_addresses": [{"email": email, "field": "EMAIL1"}],
            },
            record_id=number,
        )
    tenant.apply_tag(32, 91)
    tenant.tagged_companies[56] = {93: render(now)}


def _work(tenant: "Tenant", now: int) -> None:
    for number in range(5):
        when = now - (30 - number) * _DAY_MS
        contact = 32 if number % 2 else 6
        stamps = {"date_created": when, "last_updated": when + _DAY_MS}
        tenant["appointments"].add(
            {
                "title": f"Tasting {number + 1}",
                "description": "Bring samples",
                "start_date": when + 40 * _DAY_MS,
                "end_date": when + 40 * _DAY_MS + 3_600_000,
                "location": "Shop",
                "contact_id": contact,
                "user": 1,
                "remind_time": 15,
            }
        )
        is_done = number == 4
        tenant["tasks"].add(
            {
                "title": f"Call back {number + 1}",
                "type": "Call",
                "priority": number % 3 + 1,
                "completed": is_done,
                "completion_date": when + _DAY_MS if is_done else None,
                "contact": {"id": contact},
                "due_date": when + 2 * _DAY_MS,
                "creation_date": when,
                "modification_date": when + _DAY_MS,
                "user_id": 1,
            }
        )
        tenant["notes"].add(
            {
                "contact_id": contact,
                "title": f"Visit {number + 1}",
                "body": "Likes rye.",
                "type": "Call" if number % 2 else "Other",
                "user_id": 1,
                "last_updated_by": {
                    "user_id": 1,
                    "given_name": "Olive",
                    "family_name": "Baker",
                },
                **stamps,
            }
        )
        content = f"file {number + 1}".encode()
        tenant["files"].add(
            {
                "file_name": f"invoice-{number + 1}.pdf",
                "file_size": len(content),
                "file_data": base64.b64encode(content).decode(),
                "file_box_type": "Attachment",
                "category": "Documents",
                "contact_id": None,
                "created_by": 1,
                "is_public": number == 0,
                "file_association": "USER",
                "permission": "USER",
                "viewable": "PUBLIC" if number == 0 else "PRIVATE",
                **stamps,
            }
        )
        sent = base64.b64encode(b"Hello").decode()
        tenant["emails"].add(
            {
                "contact_id": contact,
                "subject": f"News {number + 1}",
                "sent_from_address": "hello@bakery.example",
                "sent_to_address": "kelly@example.com" if number % 2 else "joe@gmail.com",
                "sent_date": when,
                "original_provider": "INFUSIONSOFT",
                "original_provider_id": f"seed-{number + 1}",
                "html_content": sent,
                "plain_content": sent,
            }
        )


def _sales(tenant: "Tenant", now: int) -> None:
    for order, (number, name, chance, days, is_default, is_end, is_won) in enumerate(_STAGES):
        tenant["stages"].add(
            {
                "stage_name": name,
                "stage_order": order + 1,
                "probability": chance,
                "target_num_days": days,
                "is_default": is_default,
                "end_stage": is_end,
                "win": is_won,
                "date_created": now - 90 * _DAY_MS,
                "last_updated": now - 90 * _DAY_MS,
            },
            record_id=number,
        )
    for name, sku, price, is_active in _PRODUCTS:
        tenant["products"].add(
            {
                "product_name": name,
                "product_desc": f"{name}, baked here",
                "product_short_desc": name,
                "product_price": price,
                "sku": sku,
                "active": is_active,
                "subscription_only": sku == "CLUB",
                "date_created": now - 80 * _DAY_MS,
                "last_updated": now - 70 * _DAY_MS,
            }
        )
    tenant["plans"].add(
        {
            "product_id": 5,
            "active": True,
            "cycle_type": "MONTH",
            "frequency": 1,
            "number_of_cycles": 0,
            "plan_price": 19.0,
            "subscription_plan_index": 0,
            "subscription_plan_name": "Bread of the month (month)",
        }
    )
    tenant["subscriptions"].add(
        {
            "contact_id": 32,
            "product_id": 5,
            "subscription_plan_id": 1,
            "billing_amount": 19.0,
            "billing_cycle": "MONTH",
            "billing_frequency": 1,
            "quantity": 1,
            "start_date": "2026-01-01",
            "next_bill_date": "2027-01-01",
        }
    )
    for number in range(5):
        when = now - (25 - number) * _DAY_MS
        contact = 32 if number % 2 else 6
        tenant["opportunities"].add(
            {
                "opportunity_title": f"Catering {number + 1}",
                "contact": {"id": contact},
                "stage": {"id": 20 if number == 3 else 18, "reasons": []},
                "user": {"id": 1},
                "next_action_date": None if number == 0 else when + 30 * _DAY_MS,
                "projected_revenue_low": 100.0 * number,
                "projected_revenue_high": 200.0 * number,
                "date_created": when,
                "last_updated": when + _DAY_MS,
            }
        )
        _order(tenant, number, contact, when)


def _order(tenant: "Tenant", number: int, contact: int, when: int) -> None:
    product = tenant["products"].all()[number]
    price = product["product_price"]
    item = {
        "id": (number + 1) * 1000 + 1,
        "product_id": product["id"],
        "name": product["product_name"],
        "description": product["product_desc"],
        "type": "Product",
        "quantity": 2,
        "price": price,
        "cost": 0.0,
        "discount": 0.0,
        "notes": None,
    }
    stored = tenant["orders"].add(
        {
            "title": f"Order of {product['product_name']}",
            "status": ("DRAFT", "SENT", "VIEWED")[number % 3],
            "order_type": "Online" if number % 2 else "Offline",
            "order_date": when,
            "creation_date": when,
            "modification_date": when + _DAY_MS,
            "contact_id": contact,
            "items": [item],
            "last_item": 1,
        }
    )
    # Paid in full but for the last two, of which one is paid in part and one not at all.
    amounts = {3: [price], 4: []}.get(number, [price, price])
    for amount in amounts:
        payment = tenant["payments"].add(
            {
                "amount": amount,
                "invoice_id": stored["id"],
                "last_updated": when,
                "pay_date": when,
                "pay_status": "Approved",
            }
        )
        stored.setdefault("payment_ids", []).append(payment["id"])
        tenant["transactions"].add(
            {
                "amount": amount,
                "currency": "USD",
                "type": "Sale",
                "status": "SUCCESS",
                "gateway": "Manual",
                "collection_method": "CASH",
                "contact_id": contact,
                "order_id": stored["id"],
                "transaction_date": when,
                "paymentDate": when,
            }
        )


def _marketing(tenant: "Tenant", now: int) -> None:
    for number, (name, code, contact) in enumerate((("Joe", "JOE", 6), ("Kelly", "KEL", 32)), 1):
        tenant["affiliates"].add(
            {
                "name": name,
                "code": code,
                "contact_id": contact,
                "parent_id": 0,
                "status": "active" if number == 1 else "inactive",
                "program_ids": [number],
                "date_created": now - (60 - number) * _DAY_MS,
            }
        )
        tenant["programs"].add(
            {"affiliate_id": number, "name": f"Program {number}", "notes": None, "priority": number}
        )
        tenant["redirects"].add(
            {
                "affiliate_id": number,
                "name": f"Link {number}",
                "local_url_code": f"go{number}",
                "redirect_url": f"https://bakery.example/go{number}",
                "program_ids": [number],
            }
        )
        tenant["clawbacks"].add(
            {
                "amount": 1.5,
                "contact_id": 32,
                "date_earned": now - 5 * _DAY_MS,
                "description": "Returned",
                "invoice_id": number,
                "product_name": "Rye bread",
                "sale_affiliate_id": number,
            }
        )
        tenant["affiliate_payments"].add(
            {
                "affiliate_id": number,
                "amount": 2.0,
                "date": now - 4 * _DAY_MS,
                "notes": None,
                "type": "Payment",
            }
        )
    for number in range(5):
        tenant["commissions"].add(
            {
                "amount_earned": 5.0 + number,
                "date_earned": now - (20 - number) * _DAY_MS,
                "description": "Sale",
                "invoice_id": number + 1,
                "product_name": _PRODUCTS[number][0],
                "contact_id": 32,
                "contact_first_name": "Kelly",
                "contact_last_name": "Gold",
                "sales_affiliate_id": 1 if number < 3 else 2,
                "sold_by_first_name": "Joe",
                "sold_by_last_name": "Miller",
            }
        )
    for number, name in enumerate(("Welcome", "Win back"), 1):
        tenant["campaigns"].add(
            {
                "name": name,
                "created_by_global_id": 1,
                "date_created": now - (50 - number) * _DAY_MS,
                "published_date": now - 40 * _DAY_MS if number == 1 else None,
                "published_status": number == 1,
                "published_time_zone": "America/Phoenix",
                "time_zone": "America/Phoenix",
                "goals": [
                    {
                        "id": number,
                        "name": "Asked for bread",
                        "type": "API",
                        "next_sequence_ids": [number],
                        "previous_sequence_ids": [],
                        "integration": "bakery",
                        "call_name": f"asked{number}",
                    }
                ],
                "sequences": [{"id": number, "name": "First mails", "paths": []}],
            }
        )
