"""What is peculiar to single collections of REST v1."""

import base64
from typing import Any

import pytest

from tests.sandbox.conftest import Vendor

LATE = "2100-01-01T00:00:00.000+0000"
TASK = {"title": "Zed", "due_date": LATE}
ORDER = {
    "contact_id": 6, "order_title": "Zed", "order_date": LATE, "order_type": "Online",
    "order_items": [{"product_id": 1, "quantity": 2}],
}  # fmt: skip


def test_a_task_shows_its_contact_in_full(vendor: Vendor) -> None:
    """From an id; null without one, and once the contact is gone."""
    made = vendor.call("POST", "/v1/tasks", json={**TASK, "contact": {"id": 32}}).json()
    assert made["contact"] == {
        "id": 32, "email": "kelly@example.com", "first_name": "Kelly", "last_name": "Gold",
    }  # fmt: skip
    vendor.call("DELETE", "/v1/contacts/32")
    assert vendor.call("GET", f"/v1/tasks/{made['id']}").json()["contact"] is None
    assert made["due_date"] == LATE


def test_a_task_that_is_done_says_when(vendor: Vendor) -> None:
    """And no longer when it is taken up again."""
    done = vendor.call("PATCH", "/v1/tasks/1", json={"completed": True}).json()
    assert done["completion_date"] is not None
    again = vendor.call("PATCH", "/v1/tasks/1", json={"completed": False}).json()
    assert again["completion_date"] is None


def test_task_search_is_about_the_signed_in_user(vendor: Vendor) -> None:
    """Whoever else's tasks there are; a made one is the user's own unless it says otherwise."""
    vendor.call("POST", "/v1/tasks", json={**TASK, "user_id": 7})
    own = vendor.call("POST", "/v1/tasks", json=TASK).json()
    found = vendor.call("GET", "/v1/tasks/search?completed=false&limit=1").json()
    assert found["count"] == 5
    assert found["next"].startswith(f"{vendor.url}/crm/rest/v1/tasks/search?limit=1&offset=1")
    assert own["user_id"] == 1
    assert vendor.call("GET", "/v1/tasks").json()["count"] == 7


@pytest.mark.parametrize("name", ["appointments", "tasks", "products"])
def test_some_lists_carry_a_sync_token(name: str, vendor: Vendor) -> None:
    """Others do not."""
    assert vendor.call("GET", f"/v1/{name}").json()["sync_token"]
    assert "sync_token" not in vendor.call("GET", "/v1/notes").json()


def test_a_note_says_who_changed_it(vendor: Vendor) -> None:
    """The signed-in user."""
    made = vendor.call("POST", "/v1/notes", json={"contact_id": 6, "body": "x"}).json()
    assert made["last_updated_by"] == {"user_id": 1, "given_name": "Olive", "family_name": "Baker"}


def test_a_file_is_content_when_asked_for(vendor: Vendor) -> None:
    """Otherwise its descriptor alone, and the id is in there."""
    data = base64.b64encode(b"hello").decode()
    body = {
        "file_name": "a.txt", "file_data": data, "file_association": "CONTACT", "is_public": False,
        "contact_id": 6,
    }  # fmt: skip
    made = vendor.call("POST", "/v1/files", json=body).json()
    descriptor = made["file_descriptor"]
    assert set(made) == {"file_descriptor"}
    assert (descriptor["file_size"], descriptor["public"], descriptor["contact_id"]) == (
        5,
        False,
        6,
    )
    path = f"/v1/files/{descriptor['id']}"
    assert vendor.call("GET", path).json() == made
    asked = vendor.call("GET", path, params={"optional_properties": "file_data"}).json()
    assert asked["file_data"] == data
    listed = vendor.call("GET", "/v1/files?contact_id=6").json()["files"]
    assert listed == [descriptor]


def test_a_file_has_a_limit(vendor: Vendor) -> None:
    """8 MB."""
    body = {"file_name": "a", "file_association": "USER", "is_public": False}
    for size, status in ((8 * 2**20, 200), (8 * 2**20 + 1, 400)):
        data = base64.b64encode(b"\0" * size).decode()
        answer = vendor.call("POST", "/v1/files", json={**body, "file_data": data})
        assert answer.status_code == status


def test_an_opportunity_as_it_was_captured(vendor: Vendor) -> None:
    """Zeros where nothing is said; the stage in full."""
    body = {"opportunity_title": "x", "contact": {"id": 32}, "stage": {"id": 18}}
    made = vendor.call("POST", "/v1/opportunities", json=body).json()
    assert (made["include_in_forecast"], made["affiliate_id"]) == (0, 0)
    assert (made["projected_revenue_low"], made["next_action_date"]) == (0.0, None)
    assert made["stage"] == {
        "id": 18,
        "name": "New Opportunity",
        "details": {
            "probability": 10, "stage_order": 1, "target_num_days": 7, "check_list_items": [],
        },
        "reasons": [],
    }  # fmt: skip
    assert made["contact"]["first_name"] == "Kelly"
    assert "custom_fields" not in made


def test_a_lost_deal_has_a_reason(vendor: Vendor) -> None:
    """Only at an end of the pipeline, and only in the single read."""
    path = "/v1/opportunities/1"
    for stage, reasons in ((20, []), (24, ["Price"])):
        body = {"stage": {"id": stage, "reasons": ["Price"]}}
        assert vendor.call("PATCH", path, json=body).json()["stage"]["reasons"] == reasons
    assert vendor.call("GET", path).json()["stage"]["reasons"] == ["Price"]
    listed = vendor.call("GET", "/v1/opportunities").json()["opportunities"][0]
    assert (listed["stage"]["id"], listed["stage"]["reasons"]) == (24, [])


def test_opportunities_are_replaced_through_the_collection(vendor: Vendor) -> None:
    """The id is in the body; what is left out is reset."""
    body = {"opportunity_title": "y", "contact": {"id": 6}, "stage": {"id": 18}}
    before = vendor.call("GET", "/v1/opportunities/2").json()
    after = vendor.call("PUT", "/v1/opportunities", json={**body, "id": 2}).json()
    assert before["projected_revenue_low"] == 100.0
    assert (after["id"], after["projected_revenue_low"]) == (2, 0.0)
    for wrong, status in (({}, 400), ({"id": "x"}, 404), ({"id": 99}, 404)):
        answer = vendor.call("PUT", "/v1/opportunities", json={**body, **wrong})
        assert answer.status_code == status


def test_the_pipeline_counts_its_opportunities(vendor: Vendor) -> None:
    """A bare array, in order of the stages."""
    stages = vendor.call("GET", "/v1/opportunity/stage_pipeline").json()
    assert [(stage["stage_id"], stage["stage_count"]) for stage in stages] == [
        (18, 4), (20, 1), (22, 0), (24, 0),
    ]  # fmt: skip
    assert stages[0]["stage_name"] == "New Opportunity"
    assert [stage["is_default"] for stage in stages] == [True, False, False, False]


def test_an_order_is_paid_by_payments(vendor: Vendor) -> None:
    """In part it is not; each payment is a transaction of the order."""
    made = vendor.call("POST", "/v1/orders", json=ORDER).json()
    assert (made["status"], made["total"], made["total_due"]) == ("DRAFT", 9.0, 9.0)
    path = f"/v1/orders/{made['id']}"
    for amount, status, due in (("4.00", "DRAFT", 5.0), ("5.00", "PAID", 0.0)):
        body = {"payment_amount": amount, "payment_method_type": "CHECK"}
        paid = vendor.call("POST", f"{path}/payments", json=body)
        assert paid.status_code == 201
        assert paid.json()["payment_amount"] == float(amount)
        order = vendor.call("GET", path).json()
        assert (order["status"], order["total_due"]) == (status, due)
    rows = vendor.call("GET", f"{path}/transactions").json()["transactions"]
    assert [row["amount"] for row in rows] == [4.0, 5.0]
    assert rows[0]["order_ids"] == str(made["id"])
    assert rows[0]["orders"][0]["id"] == made["id"]
    assert rows[0]["collection_method"] == "CHECK"
    payments = vendor.call("GET", f"{path}/payments").json()
    assert [row["amount"] for row in payments] == [4.0, 5.0]
    assert vendor.call("GET", f"{path}/transactions?contact_id=32").json()["count"] == 0
    assert paid.json()["transaction_id"] == rows[1]["id"]


def test_an_order_with_a_payment_stays(vendor: Vendor) -> None:
    """One without can go."""
    assert vendor.call("DELETE", "/v1/orders/4").status_code == 400
    assert vendor.call("DELETE", "/v1/orders/5").status_code == 204


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"payment_amount": "0"},
        {"payment_amount": "x"},
        {"payment_amount": "1", "payment_method_type": "SHELLS"},
        {"payment_amount": "1", "charge_now": True, "credit_card_id": 99},
    ],
)
def test_payments_have_rules(body: dict[str, Any], vendor: Vendor) -> None:
    """An amount above nothing, a known way, and a card of that contact to charge."""
    assert vendor.call("POST", "/v1/orders/5/payments", json=body).status_code == 400
    assert vendor.call("GET", "/v1/orders/5/payments").json() == []


def test_a_card_of_the_contact_is_charged(vendor: Vendor) -> None:
    """And never shown in clear."""
    card = {"card_number": "4111111111111111", "card_type": "Visa", "verification_code": "123"}
    added = vendor.call("POST", "/v1/contacts/6/creditCards", json=card)
    assert added.status_code == 201
    assert "card_number" not in added.json()
    (listed,) = vendor.call("GET", "/v1/contacts/6/creditCards").json()
    assert listed["card_number"] == "************1111"
    body = {"payment_amount": "1", "charge_now": True, "credit_card_id": listed["id"]}
    for order, status in ((5, 201), (2, 400)):  # order 2 is of contact 32
        answer = vendor.call("POST", f"/v1/orders/{order}/payments", json=body)
        assert answer.status_code == status


def test_items_change_what_an_order_costs(vendor: Vendor) -> None:
    """The price is the product's unless the item has its own."""
    item = {"product_id": 2, "quantity": 3, "price": "1.50"}
    added = vendor.call("POST", "/v1/orders/5/items", json=item)
    assert (added.status_code, added.json()["price"]) == (201, 1.5)
    assert added.json()["product"]["product_name"] == "Sourdough"
    order = vendor.call("GET", "/v1/orders/5").json()
    assert (order["total"], order["product_id"]) == (2 * 19.0 + 4.5, "5,2")
    assert order["order_items"][1]["product"]["name"] == "Sourdough"
    path = f"/v1/orders/5/items/{added.json()['id']}"
    assert vendor.call("DELETE", path).status_code == 204
    assert vendor.call("DELETE", path).status_code == 404
    assert vendor.call("GET", "/v1/orders/5").json()["total"] == 38.0


def test_a_payment_plan_is_replaced(vendor: Vendor) -> None:
    """And shown with the order."""
    plan = {"days_between_payments": 30, "number_of_payments": 3, "plan_start_date": "2026-02-01"}
    assert vendor.call("PUT", "/v1/orders/5/paymentPlan", json={}).status_code == 400
    stored = vendor.call("PUT", "/v1/orders/5/paymentPlan", json=plan).json()
    assert {**stored, **plan} == stored
    assert vendor.call("GET", "/v1/orders/5").json()["payment_plan"] == stored


def test_products_are_synced_since_a_token(vendor: Vendor) -> None:
    """What was made or changed since, without what was deleted."""
    vendor.sim.post("clock", advanceSeconds=10)
    token = vendor.call("GET", "/v1/products/sync").json()["sync_token"]
    vendor.sim.post("clock", advanceSeconds=10)
    vendor.call("PATCH", "/v1/products/1", json={"sku": "N"})
    vendor.call("DELETE", "/v1/products/2")
    made = vendor.call("POST", "/v1/products", json={"product_name": "New"}).json()
    answer = vendor.call("GET", "/v1/products/sync", params={"sync_token": token}).json()
    found = [(row["product"]["id"], row["status"]) for row in answer["product_statuses"]]
    assert found == [(1, "UPDATED"), (made["id"], "CREATED")]
    assert vendor.call("GET", "/v1/products/sync?sync_token=!").status_code == 400


def test_plans_and_images_go_with_their_product(vendor: Vendor) -> None:
    """404 afterwards."""
    plan = {"cycle_type": "MONTH", "plan_price": 9}
    made = vendor.call("POST", "/v1/products/1/subscriptions", json=plan).json()
    path = f"/v1/products/1/subscriptions/{made['id']}"
    assert vendor.call("GET", path).json() == made
    assert vendor.call("GET", f"/v1/products/2/subscriptions/{made['id']}").status_code == 404
    assert vendor.call("GET", "/v1/products/1").json()["subscription_plans"] == [made]
    image = {"file_name": "a.png", "file_data": "aGVsbG8="}
    assert vendor.call("DELETE", "/v1/products/1/image").status_code == 404
    assert vendor.call("POST", "/v1/products/1/image", json=image).content == b""
    assert vendor.call("DELETE", "/v1/products/1/image").status_code == 204
    vendor.call("DELETE", "/v1/products/1")
    assert vendor.call("GET", path).status_code == 404


def test_a_subscription_is_not_held_twice(vendor: Vendor) -> None:
    """Unless that is wanted; the price is the plan's."""
    body = {"contact_id": 32, "subscription_plan_id": 1}
    assert vendor.call("POST", "/v1/subscriptions", json=body).status_code == 400
    twice = vendor.call("POST", "/v1/subscriptions", json={**body, "allow_duplicate": True})
    assert (twice.status_code, twice.json()["billing_amount"]) == (201, 19.0)


def test_emails_show_content_one_by_one(vendor: Vendor) -> None:
    """The list does not; an id of the provider is made up and cannot be there twice."""
    html = base64.b64encode(b"<p>Hi</p>").decode()
    body = {"sent_to_address": "joe@gmail.com", "html_content": html, "contact_id": 0}
    made = vendor.call("POST", "/v1/emails", json=body).json()
    assert (made["html_content"], made["original_provider"]) == (html, "UNKNOWN")
    assert len(made["original_provider_id"]) == 32
    one = vendor.call("GET", f"/v1/emails/{made['id']}").json()
    assert one["html_content"] == html
    assert "provider_source_id" not in one
    listed = vendor.call("GET", "/v1/emails?contact_id=0").json()["emails"]
    assert [row["id"] for row in listed] == [made["id"]]
    assert "html_content" not in listed[0]
    twice = {**body, "original_provider": "google", "original_provider_id": "7"}
    assert vendor.call("POST", "/v1/emails", json=twice).json()["original_provider"] == "GOOGLE"
    assert vendor.call("POST", "/v1/emails", json=twice).status_code == 400


def test_emails_are_synced_one_by_one_in_one_call(vendor: Vendor) -> None:
    """What cannot be stored is returned with its reason; unsync says what became of each id."""
    good = {"sent_to_address": "joe@gmail.com", "subject": "s"}
    answer = vendor.call("POST", "/v1/emails/sync", json={"emails": [good, {"subject": "bad"}]})
    assert answer.status_code == 201
    (stored,), (error,) = answer.json()["emails"], answer.json()["errors"]
    assert error == {"error_message": "sent_to_address is required", "email": {"subject": "bad"}}
    undone = vendor.call("POST", "/v1/emails/unsync", json={"ids": [stored["id"], 999]})
    assert undone.json() == {str(stored["id"]): "SUCCESS", "999": "FAILURE"}
    for emails in ([good] * 1001, "x", [5]):
        assert vendor.call("POST", "/v1/emails/sync", json={"emails": emails}).status_code == 400


def test_a_queued_email_becomes_records(vendor: Vendor) -> None:
    """202 without a body; one for each contact that has the address."""
    body = {"contacts": [6, 32, 99], "subject": "All", "user_id": 1, "plain_content": "aGk="}
    answer = vendor.call("POST", "/v1/emails/queue", json=body)
    assert (answer.status_code, answer.content) == (202, b"")
    sent = [row for row in _emails(vendor) if row["subject"] == "All"]
    assert [row["sent_to_address"] for row in sent] == ["joe@gmail.com", "kelly@example.com"]
    vendor.call("POST", "/v1/emails/queue", json={**body, "address_field": "EmailAddress2"})
    assert len(_emails(vendor)) == 7
    attachment = {"file_name": "a", "file_data": "aGk="}
    big = {"file_name": "a", "file_data": base64.b64encode(b"\0" * (2**20 + 1)).decode()}
    for wrong in (
        {"contacts": []},
        {"contacts": ["x"]},
        {"subject": None},
        {"user_id": 99},
        {"attachments": [attachment] * 11},
        {"attachments": [big]},
        {"attachments": [{"file_name": "a"}]},
    ):
        refused = vendor.call("POST", "/v1/emails/queue", json={**body, **wrong})
        assert refused.status_code == 400, wrong


def _emails(vendor: Vendor) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = vendor.call("GET", "/v1/emails").json()["emails"]
    return rows


def test_emails_of_a_contact(vendor: Vendor) -> None:
    """Recorded under the contact, whatever the body says; found there by address."""
    body = {"sent_to_address": "other@gmail.com", "contact_id": 32}
    made = vendor.call("POST", "/v1/contacts/6/emails", json=body)
    assert (made.status_code, made.json()["contact_id"]) == (201, 6)
    listed = vendor.call("GET", "/v1/contacts/6/emails?limit=2").json()
    assert listed["count"] == 4
    assert listed["next"] == f"{vendor.url}/crm/rest/v1/contacts/6/emails?limit=2&offset=2"
    found = vendor.call("GET", "/v1/contacts/6/emails?email=other@gmail.com").json()
    assert found["count"] == 1
    assert vendor.call("GET", "/v1/contacts/99/emails").status_code == 404


def test_an_address_is_opted_in_and_out(vendor: Vendor) -> None:
    """For every contact who has it; from a final state there is no way back."""
    path = "/v1/emailAddresses/JOE%40gmail.com"
    for opted_in, status, word in (
        (True, "SingleOptIn", "Unconfirmed"),
        (False, "Manual", "Opt-Out"),
        (True, "SingleOptIn", "Unconfirmed"),
    ):
        body = {"opted_in": opted_in, "reason": "asked"}
        answer = vendor.call("PUT", path, json=body).json()
        assert (answer["opted_in"], answer["status"]) == (opted_in, word)
        contact = vendor.call("GET", "/v1/contacts/6").json()
        assert (contact["email_opted_in"], contact["email_status"]) == (opted_in, status)
    assert vendor.call("PUT", path, json={"opted_in": True}).status_code == 400
    unknown = {"opted_in": True, "reason": "x"}
    assert vendor.call("PUT", "/v1/emailAddresses/no@b.c", json=unknown).status_code == 404


def test_a_tag_is_given_to_many(vendor: Vendor) -> None:
    """Contacts and companies alike; seen from both sides."""
    answer = vendor.call("POST", "/v1/tags/91/contacts", json={"ids": [6, 32, 56, 99]})
    assert answer.json() == {
        "6": "SUCCESS", "32": "DUPLICATE", "56": "SUCCESS", "99": "CONTACT_NOT_FOUND",
    }  # fmt: skip
    rows = vendor.call("GET", "/v1/tags/91/contacts").json()["contacts"]
    assert [row["contact"]["id"] for row in rows] == [6, 32]
    companies = vendor.call("GET", "/v1/tags/91/companies").json()["companies"]
    assert companies[0]["company"] == {
        "id": 56, "company_name": "Flour Ltd", "email": "mill@flour.example",
    }  # fmt: skip
    assert vendor.call("GET", "/v1/contacts/6").json()["tag_ids"] == [91]
    assert vendor.call("DELETE", "/v1/tags/91/contacts").status_code == 400
    assert vendor.call("DELETE", "/v1/tags/91/contacts?ids=6&ids=56").status_code == 204
    assert vendor.call("DELETE", "/v1/tags/91/contacts/32").status_code == 204
    assert vendor.call("GET", "/v1/tags/91/contacts").json()["count"] == 0
    assert vendor.call("GET", "/v1/tags/91/companies").json()["count"] == 0
    assert vendor.call("POST", "/v1/tags/99/contacts", json={"ids": []}).status_code == 404


def test_optional_properties_of_a_company(vendor: Vendor) -> None:
    """Not there unless asked for; an opt-in reason makes it marketable."""
    body = {"notes": "n", "fax_number": {"number": "1"}, "opt_in_reason": "asked"}
    changed = vendor.call("PATCH", "/v1/companies/56", json=body).json()
    assert (changed["email_status"], changed["email_opted_in"]) == ("SingleOptIn", True)
    assert not {"notes", "fax_number", "custom_fields", "opt_in_reason"} & set(changed)
    asked = vendor.call("GET", "/v1/companies/56?optional_properties=notes,fax_number").json()
    assert (asked["notes"], asked["fax_number"]) == ("n", {"number": "1", "type": None})


@pytest.mark.parametrize("path", ["contacts", "tasks", "notes", "appointments"])
def test_custom_fields_are_added(path: str, vendor: Vendor) -> None:
    """With options, to the model of that kind of record."""
    body = {"label": "Cake size", "field_type": "Dropdown", "options": [{"label": "L"}]}
    made = vendor.call("POST", f"/v1/{path}/model/customFields", json=body)
    assert (made.status_code, made.json()["field_name"]) == (201, "CakeSize")
    assert made.json()["options"] == [{"id": "1", "label": "L", "options": []}]
    fields = vendor.call("GET", f"/v1/{path}/model").json()["custom_fields"]
    assert made.json() in fields
    for wrong in ({"label": "x"}, {"label": "x", "field_type": "Colour"}, {"field_type": "Text"}):
        answer = vendor.call("POST", f"/v1/{path}/model/customFields", json=wrong)
        assert answer.status_code == 400


def test_a_new_custom_field_is_shown_with_every_contact(vendor: Vendor) -> None:
    """Null until it is set."""
    body = {"label": "Cake size", "field_type": "Text"}
    number = vendor.call("POST", "/v1/contacts/model/customFields", json=body).json()["id"]
    vendor.call("POST", "/v1/tasks/model/customFields", json=body)
    vendor.call("PATCH", "/v1/contacts/6", json={"custom_fields": [{"id": number, "content": "L"}]})
    shown = vendor.call("GET", "/v1/contacts/6?optional_properties=custom_fields").json()
    assert shown["custom_fields"] == [
        {"id": 182, "content": None}, {"id": number, "content": "L"},
    ]  # fmt: skip


def test_campaign_parameters_of_a_contact(vendor: Vendor) -> None:
    """keapSourceId is required."""
    made = vendor.call("POST", "/v1/contacts/6/utm", json={"keapSourceId": "7"})
    assert (made.status_code, made.json()["contactUtmId"]) == (201, 1)
    assert vendor.call("POST", "/v1/contacts/6/utm", json={}).status_code == 400


def test_contacts_are_in_sequences(vendor: Vendor) -> None:
    """Added with a word for each, counted, taken out; the ids of a DELETE are in its body."""
    path = "/v1/campaigns/1/sequences/1/contacts"
    added = vendor.call("POST", path, json={"ids": [6, 99]}).json()
    assert added == {"6": "SUCCESS", "99": "CONTACT_NOT_FOUND"}
    assert vendor.call("POST", f"{path}/32").status_code == 204
    assert vendor.call("POST", f"{path}/99").status_code == 404
    one = vendor.call("GET", "/v1/campaigns/1?optional_properties=sequences").json()
    assert (one["active_contact_count"], "goals" in one) == (2, False)
    assert one["sequences"][0]["active_contact_count"] == 2
    assert vendor.call("DELETE", path, json={"ids": [6]}).status_code == 204
    assert vendor.call("DELETE", f"{path}/32").status_code == 204
    assert vendor.call("GET", "/v1/campaigns/1").json()["active_contact_count"] == 0
    assert vendor.call("POST", "/v1/campaigns/1/sequences/9/contacts/6").status_code == 404


def test_goals_are_achieved_by_name(vendor: Vendor) -> None:
    """An array; empty where no goal has that name."""
    answer = vendor.call("POST", "/v1/campaigns/goals/bakery/asked2", json={"contact_id": 6})
    assert answer.status_code == 201
    assert [(row["campaign_id"], row["success"]) for row in answer.json()] == [(2, True)]
    nobody = vendor.call("POST", "/v1/campaigns/goals/bakery/x", json={"contact_id": 6})
    assert (nobody.status_code, nobody.json()) == (201, [])
    for body in ({}, {"contact_id": 99}):
        assert vendor.call("POST", "/v1/campaigns/goals/a/b", json=body).status_code == 400


def test_what_affiliates_earned(vendor: Vendor) -> None:
    """Commissions less clawbacks and payments; not paged."""
    answer = vendor.call("GET", "/v1/affiliates/summaries").json()
    assert set(answer) == {"summaries", "count"}
    assert answer["summaries"][0] == {
        "affiliate_id": 1, "amount_earned": 18.0, "balance": 14.5, "clawbacks": 1.5,
    }  # fmt: skip
    one = vendor.call("GET", "/v1/affiliates/summaries?affiliate_ids=2").json()
    assert [row["affiliate_id"] for row in one["summaries"]] == [2]
    down = vendor.call(
        "GET", "/v1/affiliates/summaries?order=amount_earned&order_direction=DESCENDING"
    ).json()
    assert [row["affiliate_id"] for row in down["summaries"]] == [1, 2]
    assert vendor.call("GET", "/v1/affiliates/9/clawbacks").status_code == 404


def test_a_user_is_invited(vendor: Vendor) -> None:
    """And has a signature."""
    body = {"email": "n@bakery.example", "given_name": "<Nia>"}
    made = vendor.call("POST", "/v1/users", json=body).json()
    assert (made["status"], made["email_address"]) == ("Invited", "n@bakery.example")
    signature = vendor.call("GET", f"/v1/users/{made['id']}/signature").json()
    assert signature == "<p>&lt;Nia&gt;</p>"


def test_places_and_settings(vendor: Vendor) -> None:
    """Countries by code, provinces of one, the account's options."""
    assert vendor.call("GET", "/v1/locales/countries").json()["countries"]["USA"]
    provinces = vendor.call("GET", "/v1/locales/countries/USA/provinces").json()["provinces"]
    assert provinces["US-AZ"] == "Arizona"
    assert vendor.call("GET", "/v1/locales/countries/XXX/provinces").status_code == 404
    assert vendor.call("GET", "/v1/setting/application/enabled").json() == {"value": "true"}
    options = vendor.call("GET", "/v1/locales/defaultOptions").json()["contact_types"]
    assert vendor.call("GET", "/v1/setting/contact/optionTypes").json()["value"] == ",".join(
        options
    )
    settings = vendor.call("GET", "/v1/setting/application/configuration").json()
    assert settings["opportunity"]["default_stage"] == "New Opportunity"
    assert vendor.call("GET", "/v1/merchants").json()["default_merchant_account"] == 1


def test_put_tells_duplicates_apart_by_company_too(vendor: Vendor) -> None:
    """EmailAndNameAndCompany."""
    joe = {
        "email_addresses": [{"email": "joe@gmail.com", "field": "EMAIL1"}],
        "given_name": "Joe", "family_name": "Miller",
        "duplicate_option": "EmailAndNameAndCompany",
    }  # fmt: skip
    assert vendor.call("PUT", "/v1/contacts", json=joe).json()["id"] == 6
    other = vendor.call("PUT", "/v1/contacts", json={**joe, "company": {"id": 56}})
    assert other.status_code == 201


def test_the_other_account_has_its_own_records(vendor: Vendor) -> None:
    """What one makes the other does not see."""
    vendor.call("POST", "/v1/notes", json={"contact_id": 6, "title": "mine"})
    granted: Any = vendor.sim.post("grants", tenant="sbx456.infusionsoft.com")
    other = Vendor(vendor.url, vendor.sim, granted["access_token"])
    assert other.call("GET", "/v1/notes").json()["count"] == 5
