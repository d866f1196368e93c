"""Two clients nobody here wrote read and write through the sandbox."""

import warnings
from collections.abc import Iterator
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
