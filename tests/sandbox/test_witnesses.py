"""Two clients nobody here wrote read and write through the sandbox."""

import warnings
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from tests.conftest import CALLBACK, Sim
from tests.sandbox.conftest import CLIENT, Vendor
from valence.cli.visitor import consent

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import keap
    import keap_core_v2_client as official
    from keap.REST.BaseService import BaseService
    from keap.REST.models import EmailAddress


@pytest.fixture
def sdk(vendor: Vendor) -> Iterator[Any]:
    """The vendor's official SDK of REST v2."""
    configuration = official.Configuration(host=f"{vendor.url}/crm")
    configuration.access_token = vendor.token
    with official.ApiClient(configuration) as client:
        yield client


def test_the_official_sdk_reads_and_writes(sdk: Any) -> None:
    """Its typed models take every answer."""
    contacts = official.ContactApi(sdk)
    listed = contacts.list_contacts(page_size=1)
    assert [contact.id for contact in listed.contacts] == ["6"]
    rest = contacts.list_contacts(page_size=1, page_token=listed.next_page_token)
    assert [contact.given_name for contact in rest.contacts] == ["Kelly"]
    found = contacts.list_contacts(filter="email==kelly@example.com")
    assert [contact.id for contact in found.contacts] == ["32"]
    made = contacts.create_contact(
        official.CreateUpdateContactRequest(
            given_name="Ann",
            email_addresses=[official.EmailAddressRequest(email="ann@b.example", field="EMAIL1")],
        )
    )
    changed = contacts.update_contact(
        made.id, create_update_contact_request=official.CreateUpdateContactRequest(family_name="Ng")
    )
    assert (changed.given_name, changed.family_name) == ("Ann", "Ng")
    contacts.delete_contact(made.id)
    with pytest.raises(official.ApiException) as gone:
        contacts.get_contact(made.id)
    assert gone.value.status == 404
    names = [tag.name for tag in official.TagsApi(sdk).list_tags().tags]
    assert names == ["Newsletter", "Nurture"]
    companies = official.CompanyApi(sdk).list_companies().companies
    assert companies[0].company_name == "Flour Ltd"
    assert official.BusinessProfileApi(sdk).get_business_profile().name == "Sandbox Bakery"


def test_the_official_sdk_takes_every_kind_of_record(sdk: Any) -> None:
    """Its models are strict about types and enumerations."""
    assert len(official.TaskApi(sdk).list_tasks(filter="contact_id==32").tasks) == 2
    assert len(official.NoteApi(sdk).list_all_notes().notes) == 5
    assert len(official.NoteApi(sdk).list_notes("6").notes) == 3
    opportunities = official.OpportunityApi(sdk)
    assert opportunities.list_opportunities(order_by="created_time desc").opportunities[0].id == "5"
    assert opportunities.list_opportunity_stages().stages[0].name == "New Opportunity"
    orders = official.OrdersApi(sdk).list_orders(filter="paid==true").orders
    assert [order.total.amount for order in orders] == [900, 1200, 450]
    assert len(official.ProductsApi(sdk).list_products().products) == 6
    assert len(official.EmailApi(sdk).list_emails().emails) == 5
    assert official.FilesApi(sdk).get_file("1").category == "DOCUMENTS"
    assert official.UsersApi(sdk).list_paginated_users().users[0].keap_id == "owner@bakery.example"
    assert len(official.SalesApi(sdk).list_transactions().transactions) == 7
    tags = official.TagsApi(sdk)
    request = official.ApplyRemoveTagRequest(contact_ids=["6"])
    assert tags.apply_tags("91", request).results == {"6": "SUCCESS"}
    assert tags.list_tag_categories().tag_categories[0].name == "Customer Tags"


def test_the_official_sdk_writes_every_kind_of_record(sdk: Any) -> None:
    """Creates, changes and deletes."""
    tasks = official.TaskApi(sdk)
    task = tasks.create_task(
        official.CreateTaskRequest(title="t", assigned_to_user_id="1", priority="CRITICAL")
    )
    body = official.CreateUpdateTaskRequest(completed=True)
    changed = tasks.update_task(task.id, body, update_mask=["completed"])
    assert (changed.completed, changed.priority) == (True, "CRITICAL")
    tasks.delete_task(task.id)
    notes = official.NoteApi(sdk)
    note = notes.create_note("6", official.CreateNoteRequest(title="t", text="x", user_id="1"))
    assert (
        notes.update_note("6", note.id, official.UpdateNoteRequest(text="y", user_id="1")).text
        == "y"
    )
    products = official.ProductsApi(sdk)
    product = products.create_product(
        official.CreateProductRequestDetail(name="n", price=1250, short_description="s")
    )
    assert product.price.amount == 1250
    opportunities = official.OpportunityApi(sdk)
    opportunity = opportunities.create_opportunity(
        official.CreateOpportunityRequest(opportunity_title="t", contact_id="6", stage_id="18")
    )
    assert opportunity.stage.name == "New Opportunity"
    opportunities.delete_opportunity(opportunity.id)
    files = official.FilesApi(sdk)
    file = files.create_file(("a.png", b"data"), "a.png", "USER")
    assert (file.file_size, file.file_box_type) == (4, "IMAGE")
    files.delete_file(file.id)
    companies = official.CompanyApi(sdk)
    company = companies.create_company(official.CreateCompanyRequest(company_name="Rye"))
    companies.delete_company(company.id)
    with pytest.raises(official.ApiException) as gone:
        companies.get_company(company.id)
    assert gone.value.status == 404


@pytest.fixture
def community(sim: Sim, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The community's client of REST v1."""
    monkeypatch.setattr(keap.Keap, "authorize_url", f"{sim.url}/app/oauth/authorize")
    monkeypatch.setattr(keap.Keap, "access_token_url", f"{sim.url}/token")
    monkeypatch.setattr(BaseService, "base_api_url", f"{sim.url}/crm/rest/v1")
    return keap.Keap(
        {
            "CLIENT_ID": CLIENT[0],
            "CLIENT_SECRET": CLIENT[1],
            "REDIRECT_URL": CALLBACK,
            "STORAGE_CLASS": "keap.storages.InMemoryStorage",
        }
    )


def test_the_community_client_authorizes_refreshes_and_calls(community: Any) -> None:
    """Body credentials on exchange, Basic on refresh, the token in the query."""
    back = consent(community.get_authorization_url(state="s"))
    first = community.request_access_token(back["code"])
    assert first.scope == "full|sbx123.infusionsoft.com"
    second = community.refresh_access_token()
    assert second.access_token != first.access_token
    contacts, tags = community.REST_V1.ContactService, community.REST_V1.TagService
    address = EmailAddress(1)
    address.email = "ann@b.example"
    made = contacts.create(given_name="Ann", email_addresses=[address])
    assert made["email_addresses"] == [{"email": "ann@b.example", "field": "EMAIL1"}]
    assert contacts.update(made["id"], family_name="Ng")["family_name"] == "Ng"
    assert contacts.list(email="ann@b.example")["count"] == 1
    assert contacts.delete(made["id"]) is True
    assert tags.create(1, "VIP")["category"]["name"] == "Customer Tags"
    assert tags.list(name="VIP")["count"] == 1
    assert contacts.get(32)["given_name"] == "Kelly"


@pytest.fixture
def signed_in(community: Any) -> Any:
    """The community's client with a token."""
    back = consent(community.get_authorization_url(state="s"))
    community.request_access_token(back["code"])
    return community.REST_V1


LISTS = [
    ("AffiliateService", "affiliates", 2),
    ("AppointmentService", "appointments", 5),
    ("CampaignService", "campaigns", 2),
    ("CompanyService", "companies", 1),
    ("ContactService", "contacts", 2),
    ("EmailService", "emails", 5),
    ("NoteService", "notes", 5),
    ("OpportunityService", "opportunities", 5),
    ("OrderService", "orders", 5),
    ("ProductService", "products", 6),
    ("TagService", "tags", 2),
    ("TaskService", "tasks", 5),
    ("TransactionService", "transactions", 7),
]


@pytest.mark.parametrize(("service", "key", "count"), LISTS, ids=[row[1] for row in LISTS])
def test_the_community_client_lists(service: str, key: str, count: int, signed_in: Any) -> None:
    """Every collection it knows, and one record of it."""
    used = getattr(signed_in, service)
    answer = used.list(limit=1)
    assert (answer["count"], len(answer[key])) == (count, 1)
    number = answer[key][0]["id"]
    assert used.get(number)["id"] == number


def test_the_community_client_writes(signed_in: Any) -> None:
    """Its `update` is a PUT, its `replace` a PATCH; datetimes as it writes them."""
    tasks, orders = signed_in.TaskService, signed_in.OrderService
    moment = datetime(2026, 1, 2, 3, 4, 5)
    task = tasks.create(title="t", due_date=moment)
    assert tasks.replace(task["id"], {"description": "d"})["title"] == "t"
    put = tasks.update(task["id"], {"title": "u", "due_date": "2026-01-02T03:04:05.000000Z"})
    assert (put["title"], put["description"]) == ("u", None)
    assert put["due_date"] == "2026-01-02T03:04:05.000+0000"
    assert tasks.delete(task["id"]) is True
    assert tasks.search(completed=True)["count"] == 1
    order = orders.create(
        contact_id=6,
        order_title="t",
        order_date="2026-01-02T03:04:05Z",
        order_type="Online",
        order_items=[{"product_id": 1, "quantity": 1}],
    )
    paid = orders.create_order_payments(
        order["id"], payment_amount="4.5", payment_method_type="CASH"
    )
    assert (
        orders.get_order_transactions(order["id"])["transactions"][0]["id"]
        == (paid["transaction_id"])
    )
    assert orders.get(order["id"])["status"] == "PAID"


def test_the_community_client_subscribes(signed_in: Any) -> None:
    """Hooks; nobody answers at that address."""
    hooks = signed_in.HookService
    assert "contact.add" in hooks.list_event_keys()
    hook = hooks.create("contact.add", "http://127.0.0.1:9/nobody")
    assert hook["status"] == "Unverified"
    assert hooks.verify(hook["key"])["status"] == "Unverified"
    assert hooks.list() == [hook]
    assert hooks.delete(hook["key"]) is True
    assert hooks.list() == []
