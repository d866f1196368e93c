"""REST v2: other shapes of the same records, paged by tokens, filtered and ordered by words."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.sandbox.conftest import Vendor

LATE = "2100-01-01T00:00:00.000Z"


@dataclass(frozen=True)
class Row:
    """What a collection of v2 can do; filters are (filter, ids that it finds of the seeded)."""

    key: str
    path: str = ""
    seeded: int = 5
    body: dict[str, Any] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    change: dict[str, Any] = field(default_factory=dict)
    filters: tuple[tuple[str, list[int]], ...] = ()
    orders: tuple[tuple[str, list[int]], ...] = ()
    verbs: frozenset[str] = frozenset({"create", "read", "patch", "delete"})

    @property
    def root(self) -> str:
        return f"/v2/{self.path or self.key}"


def verbs(text: str) -> frozenset[str]:
    return frozenset(text.split())


ALL_FIVE = [1, 2, 3, 4, 5]
ROWS = [
    Row(
        "contacts",
        seeded=2,
        body={"email_addresses": [{"email": "z@b.example", "field": "EMAIL1"}]},
        change={"given_name": "Zed", "family_name": "Y"},
        filters=(
            ("email==JOE*", [6]),
            ("given_name==Kelly;family_name==Go*", [32]),
            ("ids==6,99", [6]),
            ("contact_ids==32", [32]),
            (f"start_update_time=={LATE}", []),
            (f"end_update_time=={LATE}", [6, 32]),
        ),
        orders=(("email desc", [32, 6]), ("id asc", [6, 32]), ("id", [6, 32])),
    ),
    Row(
        "companies",
        seeded=1,
        body={"company_name": "Zed"},
        required=("company_name",),
        change={"notes": "n", "website": "https://z.example"},
        filters=(
            ("company_name==flour ltd", [56]),
            ("name==Flo*", [56]),
            ("email==mill@flour.example", [56]),
            ("company_id>56", []),
            ("company_id>=56", [56]),
            ("city==X*", []),
        ),
        orders=(("name desc", [56]),),
    ),
    Row(
        "tasks",
        body={"title": "Zed", "assigned_to_user_id": "1"},
        required=("assigned_to_user_id",),
        change={"priority": "CRITICAL", "description": "d"},
        filters=(
            ("contact_id==32", [2, 4]),
            ("is_completed==true", [5]),
            ("has_due_date==false", []),
            ("priority==CRITICAL", [1, 4]),
            ("user_id==1", ALL_FIVE),
            ("task_ids==1,3", [1, 3]),
            ("id>3", [4, 5]),
            ("id!=3;id<5", [1, 2, 4]),
            ("title==Call*", ALL_FIVE),
            (f"since_time=={LATE}", []),
        ),
        orders=(("due_time desc", [5, 4, 3, 2, 1]), ("create_time asc", ALL_FIVE)),
    ),
    Row(
        "notes",
        filters=(
            ("contact_id==6", [1, 3, 5]),
            ("ids==2,3", [2, 3]),
            ("title==sit 1", [1]),
            ("title==Visit*", ALL_FIVE),
            ("title==sit*", []),
            ("id<=2", [1, 2]),
            ("assigned_to_user_id==1", ALL_FIVE),
        ),
        orders=(("update_time desc", [5, 4, 3, 2, 1]),),
        verbs=verbs(""),
    ),
    Row(
        "opportunities",
        body={"opportunity_title": "Zed", "contact_id": "6", "stage_id": "18"},
        required=("opportunity_title", "contact_id", "stage_id"),
        change={"opportunity_notes": "n", "include_in_forecast": True},
        filters=(
            ("stage_id==20", [4]),
            ("contact_id==6", [1, 3, 5]),
            ("opportunity_title==cat*", ALL_FIVE),
            ("opportunity_id>4", [5]),
            ("ids==1", [1]),
        ),
        orders=(("contact_name desc", [2, 4, 1, 3, 5]), ("created_time desc", [5, 4, 3, 2, 1])),
    ),
    Row(
        "stages",
        "opportunities/stages",
        seeded=4,
        filters=(("opportunity_stage_name==new*", [18]), ("opportunity_stage_id>20", [22, 24])),
        orders=(("stage_order desc", [24, 22, 20, 18]),),
        body={"name": "Zed", "order": 9, "target_number_days": 3, "probability": 50},
        required=("name", "order", "target_number_days", "probability"),
        change={"probability": 60, "name": "Y"},
    ),
    Row(
        "affiliates",
        seeded=2,
        body={"code": "RYE", "contact_id": "6"},
        required=("code", "contact_id"),
        change={"status": "INACTIVE", "name": "Zed"},
        filters=(
            ("name==Jo*", [1]),
            ("contact_id==32", [2]),
            ("status==INACTIVE", [2]),
            ("code==JOE", [1]),
            ("id>1", [2]),
        ),
        orders=(("name desc", [2, 1]), ("date_created desc", [2, 1])),
    ),
    Row(
        "campaigns",
        seeded=2,
        filters=(("name==el", [1]), ("name==x", [])),
        orders=(("name desc", [2, 1]), ("id desc", [2, 1])),
        verbs=verbs("read"),
    ),
    Row(
        "subscriptions",
        seeded=1,
        filters=(
            ("contact_id==32", [1]),
            ("subscription_plan_id==2", []),
            ("billing_amount>18", [1]),
            ("id!=1", []),
            ("ids==1,2", [1]),
            ("subscription_plan_ids==1", [1]),
        ),
        orders=(("contact_id desc", [1]),),
        verbs=verbs("read"),
    ),
    Row(
        "orders",
        body={
            "contact_id": "6", "order_title": "t", "order_time": LATE, "order_type": "ONLINE",
            "order_items": [{"product_id": "1", "quantity": 1}],
        },
        required=("contact_id", "order_title", "order_time", "order_type"),
        change={"notes": "n", "terms": "t"},
        filters=(
            ("paid==true", [1, 2, 3]),
            ("contact_id==32", [2, 4]),
            ("product_id==5", [5]),
            ("id>=4", [4, 5]),
            ("title==Order of B*", [3, 4, 5]),
            ("order_type==ONLINE", [2, 4]),
            (f"created_since_time=={LATE}", []),
        ),
        orders=(("order_time desc", [5, 4, 3, 2, 1]), ("id desc", [5, 4, 3, 2, 1])),
    ),
    Row(
        "products",
        seeded=6,
        body={"name": "Zed", "price": 1250, "short_description": "s"},
        required=("name", "price", "short_description"),
        change={"sku": "Z", "description": "d"},
        filters=(("name==b*", [3, 4, 5]), ("sku==RYE", [1]), ("product_id<3", [1, 2])),
        orders=(("name asc", [3, 4, 5, 6, 1, 2]),),
    ),
    Row(
        "tags",
        seeded=2,
        body={"name": "Zed"},
        required=("name",),
        change={"description": "d", "name": "Y"},
        filters=(
            ("name==nurture", [93]),
            ("category_id==1", [91, 93]),
            ("category_id==NONE", []),
            ("description==NONE", [91, 93]),
            ("tag_ids==91", [91]),
        ),
        orders=(("name desc", [93, 91]),),
    ),
    Row(
        "emails",
        body={"sent_to_address": "z@b.example"},
        required=("sent_to_address",),
        filters=(("contact_id==32", [2, 4]), ("email==joe@gmail.com", [1, 3, 5])),
        orders=(("created_time desc", [5, 4, 3, 2, 1]),),
        verbs=verbs("create read delete"),
    ),
    Row(
        "files",
        filters=(("is_public==true", [1]), ("file_name==invoice-2*", [2]), ("contact_id==6", [])),
        orders=(("file_name desc", [5, 4, 3, 2, 1]),),
        verbs=verbs("read"),
    ),
    Row(
        "users",
        seeded=1,
        change={"company_name": "C", "website": "w"},
        filters=(("email==owner@bakery.example", [1]), ("include_partners==false", [1])),
        orders=(("name asc", [1]),),
        verbs=verbs("read patch"),
    ),
]  # fmt: skip


def each(verb: str) -> list[Any]:
    return [pytest.param(row, id=row.key) for row in ROWS if not verb or verb in row.verbs]


def listed(vendor: Vendor, row: Row, **query: Any) -> list[int]:
    answer = vendor.call("GET", row.root, params=query)
    assert answer.status_code == 200, answer.text
    return [int(record["id"]) for record in answer.json()[row.key]]


def made(vendor: Vendor, row: Row) -> dict[str, Any]:
    answer = vendor.call("POST", row.root, json=row.body)
    assert answer.status_code == 201, answer.text
    whole: dict[str, Any] = answer.json()
    return whole


def refused(answer: Any, status: int = 400) -> bool:
    body = answer.json()
    return answer.status_code == body["code"] == status and set(body) == {
        "code", "message", "status", "details",
    }  # fmt: skip


@pytest.mark.parametrize("row", each(""))
def test_tokens_lead_through_a_list(row: Row, vendor: Vendor) -> None:
    """Without a count; ids are texts; the last page has no token, and a made-up one is refused."""
    walked: list[dict[str, Any]] = []
    query: dict[str, Any] = {"page_size": 2}
    while True:
        page = vendor.call("GET", row.root, params=query).json()
        assert set(page) == {row.key, "next_page_token"}
        walked += page[row.key]
        if not page["next_page_token"]:
            break
        query["page_token"] = page["next_page_token"]
    assert walked == vendor.call("GET", row.root).json()[row.key]
    assert len({record["id"] for record in walked}) == len(walked) == row.seeded
    assert all(isinstance(record["id"], str) for record in walked)
    for wrong in ({"page_token": "!"}, {"page_size": "x"}, {"page_size": 0}, {"page_size": 1001}):
        assert refused(vendor.call("GET", row.root, params=wrong))


@pytest.mark.parametrize("row", each(""))
def test_filters_and_orders(row: Row, vendor: Vendor) -> None:
    """Each finds what fits, in the order asked for; what is unknown is refused."""
    for text, ids in row.filters:
        assert (text, sorted(listed(vendor, row, filter=text))) == (text, ids)
    for text, ids in row.orders:
        assert (text, listed(vendor, row, order_by=text)) == (text, ids)
    for wrong in ("nonsense==1", "id", "===", "ids>1", f"{row.filters[0][0].split('==')[0]}>1"):
        assert refused(vendor.call("GET", row.root, params={"filter": wrong})), wrong
    for wrong in ("nonsense", f"{row.orders[0][0].split()[0]} up", "a b c"):
        assert refused(vendor.call("GET", row.root, params={"order_by": wrong})), wrong


@pytest.mark.parametrize("row", each("create"))
def test_the_life_of_a_record(row: Row, vendor: Vendor) -> None:
    """Created, read, changed as far as the mask says, deleted."""
    for name in row.required:
        body = {k: v for k, v in row.body.items() if k != name}
        assert refused(vendor.call("POST", row.root, json=body)), name
    stored = made(vendor, row)
    path = f"{row.root}/{stored['id']}"
    assert vendor.call("GET", path).json() == stored
    if "patch" in row.verbs:
        (first, value), (second, other) = row.change.items()
        masked = vendor.call("PATCH", path, json=row.change, params={"update_mask": first})
        assert masked.status_code == 200
        assert (masked.json()[first], masked.json()[second]) == (value, stored[second])
        assert vendor.call("PATCH", path, json=row.change).json()[second] == other
    assert vendor.call("DELETE", path).status_code == 204
    assert vendor.call("GET", path).status_code == 404
    assert len(listed(vendor, row)) == row.seeded


@pytest.mark.parametrize("row", each("read"))
def test_unknown_and_bad_ids(row: Row, vendor: Vendor) -> None:
    """In v2's own envelope."""
    assert refused(vendor.call("GET", f"{row.root}/999"), 404)
    expected = 404 if row.key == "tasks" else 400
    assert refused(vendor.call("GET", f"{row.root}/x1"), expected)


def test_both_versions_show_the_same_records(vendor: Vendor) -> None:
    """What one writes the other reads, in its own words."""
    order = vendor.call("GET", "/v2/orders/1").json()
    assert order["total"] == {
        "amount": 900, "currency_code": "USD", "formatted_amount": "$9.00",
    }  # fmt: skip
    assert (order["status"], order["contact"]["given_name"]) == ("PAID", "Joe")
    product_row = next(row for row in ROWS if row.key == "products")
    product = vendor.call("POST", "/v2/products", json=product_row.body).json()
    assert vendor.call("GET", f"/v1/products/{product['id']}").json()["product_price"] == 12.5
    task = vendor.call("POST", "/v1/tasks", json={"title": "x", "due_date": LATE, "priority": 2})
    shown = vendor.call("GET", f"/v2/tasks/{task.json()['id']}").json()
    assert (shown["priority"], shown["due_time"]) == ("ESSENTIAL", LATE)
    vendor.call("PATCH", "/v2/opportunities/1", json={"stage_id": "22"})
    moved = vendor.call("GET", "/v1/opportunities/1").json()
    assert moved["stage"]["name"] == "Won"
    assert refused(vendor.call("PATCH", "/v2/orders/1", json={"contact_id": "99"}))
    transactions = vendor.call("GET", "/v2/sales/transactions?filter=order_id==4").json()
    assert [row["order_ids"] for row in transactions["transactions"]] == [["4"]]
    amount = vendor.call("GET", "/v2/sales/transactions?filter=amount>30").json()
    assert [row["amount"] for row in amount["transactions"]] == [38.0]


def test_notes_belong_to_contacts(vendor: Vendor) -> None:
    """They are made, changed and deleted there."""
    root = "/v2/contacts/6/notes"
    stored = vendor.call(
        "POST", root, json={"title": "t", "text": "x", "type": "Call", "user_id": "1"}
    ).json()
    assert (stored["contact_id"], stored["assigned_to_user"]["given_name"]) == ("6", "Olive")
    path = f"{root}/{stored['id']}"
    assert vendor.call("PATCH", path, json={"text": "y"}).json()["text"] == "y"
    assert len(vendor.call("GET", root).json()["notes"]) == 4
    assert vendor.call("GET", path.replace("/6/", "/32/")).status_code == 404
    for wrong in ({"text": "x", "user_id": "1"}, {"title": "t"}):
        assert refused(vendor.call("POST", root, json=wrong))
    assert vendor.call("DELETE", path).status_code == 204
    assert vendor.call("GET", path).status_code == 404


def test_tags_are_applied_and_categories_made(vendor: Vendor) -> None:
    """A tag that is deleted is on nobody."""
    body = {"contact_ids": ["6", "99"]}
    applied = vendor.call("POST", "/v2/tags/91/contacts:applyTags", json=body).json()
    assert applied == {"results": {"6": "SUCCESS", "99": "CONTACT_NOT_FOUND"}}
    vendor.call("POST", "/v2/tags/91/contacts:removeTags", json={"contact_ids": ["32"]})
    assert vendor.call("GET", "/v2/contacts/32").json()["tag_ids"] == []
    vendor.call("DELETE", "/v2/tags/91")
    assert vendor.call("GET", "/v1/contacts/6").json()["tag_ids"] == []
    made_one = vendor.call("POST", "/v2/tags/categories", json={"name": "New"}).json()
    names = [
        row["name"] for row in vendor.call("GET", "/v2/tags/categories").json()["tag_categories"]
    ]
    assert names == ["Customer Tags", "New"]
    tag = {"name": "x", "category": {"id": made_one["id"]}}
    stored = vendor.call("POST", "/v2/tags", json=tag).json()
    assert vendor.call("GET", f"/v1/tags/{stored['id']}").json()["category"]["name"] == "New"


def test_tags_are_seen_from_both_sides(vendor: Vendor) -> None:
    """Of contacts and companies; since when; companies are tagged one by one."""
    (held,) = vendor.call("GET", "/v2/contacts/32/tags").json()["tags"]
    assert (held["tag"]["id"], held["tag"]["category"]) == ("91", {"id": "1"})
    (holder,) = vendor.call("GET", "/v2/tags/91/contacts?filter=given_name==Kelly").json()[
        "contacts"
    ]
    assert (holder["id"], holder["applied_time"]) == ("32", held["applied_time"])
    for path, key, ids in (
        ("/v2/contacts/32/tags?filter=category_id==NONE", "tags", []),
        (f"/v2/contacts/32/tags?filter=since_applied_time=={LATE}", "tags", []),
        ("/v2/tags/91/contacts?filter=email==NONE", "contacts", []),
    ):
        assert vendor.call("GET", path).json()[key] == ids
    (company,) = vendor.call("GET", "/v2/tags/93/companies").json()["tagged_companies"]
    assert company["company"]["id"] == "56"
    assert vendor.call("POST", "/v2/companies/56/tags/91").status_code == 204
    order = vendor.call("GET", "/v2/companies/56/tags?order_by=name desc").json()["tags"]
    assert [row["tag"]["id"] for row in order] == ["93", "91"]
    assert vendor.call("DELETE", "/v2/companies/56/tags/93").status_code == 204
    assert len(vendor.call("GET", "/v2/companies/56/tags").json()["tags"]) == 1
    assert refused(vendor.call("POST", "/v2/companies/56/tags/999"), 404)
    vendor.call("DELETE", "/v2/tags/categories/1")
    assert vendor.call("GET", "/v2/tags/91").json()["category"] is None
    assert refused(vendor.call("GET", "/v2/tags/categories/1"), 404)


def test_orders_are_paid_and_grow(vendor: Vendor) -> None:
    """Items cost what the body or the product says; payments leave transactions."""
    item = vendor.call(
        "POST", "/v2/orders/5/items", json={"product_id": "2", "quantity": 2, "name": "Big loaf"}
    ).json()
    assert (item["name"], item["quantity"]) == ("Big loaf", 2)
    path = f"/v2/orders/5/items/{item['id']}"
    assert vendor.call("GET", path).json() == item
    due = vendor.call("GET", "/v2/orders/5").json()["total_due"]["amount"] / 100
    body = {"payment_amount": due, "apply_to_commissions": False}
    paid = vendor.call("POST", "/v2/orders/5/payments", json=body)
    assert paid.status_code == 201
    assert vendor.call("GET", "/v2/orders/5").json()["status"] == "PAID"
    listed_ = vendor.call("GET", "/v2/orders/5/payments?filter=skip_commission==true").json()
    assert [row["id"] for row in listed_["invoice_order_payments"]] == [paid.json()["id"]]
    assert vendor.call("DELETE", path).status_code == 204
    assert refused(vendor.call("GET", path), 404)
    for wrong in ({"payment_amount": 0, "apply_to_commissions": True}, {"payment_amount": 1}):
        assert refused(vendor.call("POST", "/v2/orders/5/payments", json=wrong))


def test_what_affiliates_earn(vendor: Vendor) -> None:
    """Commissions with their sums, by affiliate; payments, links, programs and summaries."""
    earned = vendor.call("GET", "/v2/affiliates/1:commissions?order_by=time_earned desc").json()
    assert [row["invoice_id"] for row in earned["affiliate_commissions"]] == ["3", "2", "1"]
    assert (earned["amount_earned"], earned["clawbacks"], earned["commission_total"]) == (
        18.0, 1.5, 16.5,
    )  # fmt: skip
    assert refused(vendor.call("GET", "/v2/affiliates/9:commissions"), 404)
    summaries = vendor.call("GET", "/v2/affiliates/summaries?filter=affiliate_ids==2").json()
    assert [row["affiliateId"] for row in summaries["affiliate_summaries"]] == [2]
    for path, key in (
        ("/v2/affiliates/redirects?filter=affiliate_id==2", "affiliate_links"),
        ("/v2/affiliates/commissionPrograms?filter=affiliate_id==2", "commission_programs"),
        ("/v2/affiliates/2/payments", "affiliate_payments"),
    ):
        assert [row["id"] for row in vendor.call("GET", path).json()[key]] == ["2"]


def test_contacts_enter_and_leave_sequences(vendor: Vendor) -> None:
    """Each with its outcome; the campaign counts them."""
    root = "/v2/campaigns/1/sequences/1"
    body = {"contact_ids": ["6", "99"]}
    first = vendor.call("POST", f"{root}:addContacts", json=body).json()
    assert first["add_to_sequence_results"] == {"6": "SUCCESS", "99": "CONTACT_DOES_NOT_EXIST"}
    again = vendor.call("POST", f"{root}:addContacts", json={"contact_ids": ["6"]}).json()
    assert again["add_to_sequence_results"] == {"6": "ALREADY_IN_SEQUENCE"}
    assert vendor.call("GET", "/v2/campaigns/1").json()["active_contact_count"] == 1
    vendor.call("POST", f"{root}:removeContacts", json=body)
    assert vendor.call("GET", "/v2/campaigns/1").json()["active_contact_count"] == 0
    assert refused(vendor.call("POST", f"{root}:addContacts", json={"contact_ids": []}))
    assert refused(vendor.call("POST", "/v2/campaigns/1/sequences/9:addContacts", json=body), 404)


def test_a_subscription_is_had_once(vendor: Vendor) -> None:
    """Unless a duplicate is allowed; its plan is a product's."""
    body = {"contact_id": "32", "subscription_plan_id": "1"}
    assert refused(vendor.call("POST", "/v2/subscriptions", json=body))
    more = vendor.call("POST", "/v2/subscriptions", json={**body, "allow_duplicate": True})
    assert (more.status_code, more.json()["billing_amount"]) == (201, 19.0)
    assert refused(
        vendor.call("POST", "/v2/subscriptions", json={**body, "subscription_plan_id": "9"})
    )
    plans = vendor.call("GET", "/v2/products/5/subscriptions?filter=cycle_type==MONTHLY").json()
    assert [row["plan_price"]["amount"] for row in plans["subscriptions"]] == [1900]


def test_custom_fields_are_made_and_deleted(vendor: Vendor) -> None:
    """Of the kind whose model it is."""
    root = "/v2/contacts/model/customFields"
    made_one = vendor.call("POST", root, json={"label": "Loaf", "field_type": "WHOLE_NUMBER"})
    assert (made_one.status_code, made_one.json()["record_type"]) == (201, "CONTACT")
    path = f"{root}/{made_one.json()['id']}"
    assert refused(vendor.call("DELETE", path.replace("contacts", "orders")), 404)
    assert vendor.call("DELETE", path).status_code == 204
    assert refused(vendor.call("POST", root, json={"label": "x", "field_type": "LOAF"}))


def test_files_are_multipart(vendor: Vendor) -> None:
    """Sent as parts, read as data; what an update leaves out stays."""
    form = {"file_name": "a.png", "file_association": "COMPANY", "is_public": "true"}
    made_one = vendor.call("POST", "/v2/files", data=form, files={"file": ("a.png", b"\x00\xff")})
    assert made_one.status_code == 201
    stored = made_one.json()
    assert (stored["file_size"], stored["file_box_type"], stored["is_public"]) == (2, "IMAGE", True)
    path = f"/v2/files/{stored['id']}"
    assert vendor.call("GET", f"{path}:data").json() == "AP8="
    changed = vendor.call("POST", path, files={"file_name": (None, "b.png")}).json()
    assert (changed["file_name"], changed["file_size"], changed["is_public"]) == ("b.png", 2, True)
    assert vendor.call("GET", "/v2/files/99:data").status_code == 404
    assert refused(vendor.call("POST", "/v2/files", json=form))
    assert refused(vendor.call("POST", "/v2/files", files={"file": ("a", b"x")}))


def test_emails_in_numbers(vendor: Vendor) -> None:
    """Added and removed in one call, each with its outcome; sent to contacts."""
    good = {"sent_to_address": "z@b.example", "sent_to_cc_address_list": ["a@b.c", "d@b.c"]}
    added = vendor.call("POST", "/v2/emails:batchAdd", json={"emails": [good, {}]}).json()
    (stored,), (error,) = added["emails"], added["errors"]
    assert stored["sent_to_cc_address_list"] == ["a@b.c", "d@b.c"]
    assert error["error_message"] == "sent_to_address is required"
    ids = {"email_ids": [stored["id"], "99"]}
    removed = vendor.call("POST", "/v2/emails:batchRemove", json=ids).json()["results"]
    assert removed == {stored["id"]: "SUCCESS", "99": "EMAIL_ID_NOT_FOUND"}
    body = {"contacts": ["6"], "subject": "Hi", "html_content": "aGk="}
    assert vendor.call("POST", "/v2/emails:send", json=body).status_code == 202
    sent = vendor.call("GET", "/v2/emails?order_by=created_time%20desc&page_size=1").json()
    assert sent["emails"][0]["subject"] == "Hi"
    assert "html_content" not in sent["emails"][0]


def test_contacts_by_duplicate_option(vendor: Vendor) -> None:
    """200 for the one that is there, 201 for a new one; an opt-in reason has its effect."""
    body = {"email_addresses": [{"email": "joe@gmail.com", "field": "EMAIL1",
                                 "opt_in_reason": "asked"}], "owner_id": "1"}  # fmt: skip
    found = vendor.call("POST", "/v2/contacts?duplicate_option=Email", json=body)
    assert (found.status_code, found.json()["id"], found.json()["owner_id"]) == (200, "6", "1")
    assert found.json()["email_addresses"][0]["email_opt_status"] == "SINGLE_OPT_IN"
    other = vendor.call("POST", "/v2/contacts?duplicate_option=EmailAndName", json={
        **body, "given_name": "Other"})  # fmt: skip
    assert other.status_code == 201
    assert refused(vendor.call("POST", "/v2/contacts?duplicate_option=x", json=body))
    assert refused(vendor.call("PATCH", "/v2/contacts/6", json={"email_addresses": []}))


def test_the_profile_is_patched_as_masked(vendor: Vendor) -> None:
    """And v1 shows the same."""
    body = {"name": "New", "phone": "1", "address": {"locality": "Mesa"}}
    vendor.call("PATCH", "/v2/businessProfile?update_mask=name,address", json=body)
    profile = vendor.call("GET", "/v1/account/profile").json()
    assert (profile["name"], profile["phone"]) == ("New", "+1 480 555 0100")
    assert profile["address"]["locality"] == "Mesa"


@pytest.mark.parametrize("path", ["hooks", "appointments"])
def test_some_things_are_not_in_v2(path: str, vendor: Vendor) -> None:
    """HTML 404."""
    answer = vendor.call("GET", f"/v2/{path}")
    assert (answer.status_code, answer.headers["content-type"][:9]) == (404, "text/html")
