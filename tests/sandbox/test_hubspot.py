"""HubSpot as the sandbox plays it, over a real socket."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pytest
import requests

from tests.conftest import CALLBACK, Sim
from valence.cli.visitor import consent

CLIENT = {"client_id": "sandbox-client", "client_secret": "sandbox-secret"}
DEVELOPER = {"hapikey": "sandbox-developer-key", "userId": "215482"}
ALL = "/contacts/v1/lists/all/contacts/all"
CHANGED = "/contacts/v1/lists/recently_updated/contacts/recent"


@dataclass
class HubSpot:
    """HubSpot as an application sees it."""

    url: str
    sim: Sim
    token: str

    def call(self, method: str, path: str, body: Any = None, **query: Any) -> requests.Response:
        return requests.request(
            method,
            self.url + path,
            params=query,
            json=body,
            headers={"Authorization": f"Bearer {self.token}"},
            timeout=10,
        )

    def made(self, path: str, body: Any) -> Any:
        answer = self.call("POST", path, body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def token_call(self, **form: str) -> requests.Response:
        return requests.post(f"{self.url}/oauth/v1/token", data={**CLIENT, **form}, timeout=10)


@pytest.fixture
def hubspot(sim: Sim) -> HubSpot:
    """HubSpot as it starts, with a token for contacts and the timeline."""
    vendor = sim.vendor("hubspot")
    granted = vendor.post("grants", scopes=["contacts", "timeline"])
    return HubSpot(f"{sim.url}/hubspot", vendor, str(granted["access_token"]))


def contact(**values: Any) -> dict[str, Any]:
    return {"properties": [{"property": name, "value": value} for name, value in values.items()]}


def record(**values: Any) -> dict[str, Any]:
    return {"properties": [{"name": name, "value": value} for name, value in values.items()]}


# -- who calls -------------------------------------------------------------------------------------


def test_a_code_is_traded_and_the_refresh_token_stays(hubspot: HubSpot) -> None:
    """Tokens live 30 minutes, the answer names no scope, a refresh gives the same refresh token."""
    asked = {"client_id": "sandbox-client", "redirect_uri": CALLBACK, "response_type": "code"}
    url = f"{hubspot.url}/oauth/authorize?{urlencode({**asked, 'scope': 'contacts timeline'})}"
    code = consent(url)["code"]
    form = {"grant_type": "authorization_code", "redirect_uri": CALLBACK, "code": code}
    tokens = hubspot.token_call(**form).json()
    assert sorted(tokens) == ["access_token", "expires_in", "refresh_token", "token_type"]
    assert tokens["expires_in"] == 1800
    again = hubspot.token_call(**form)
    assert (again.status_code, again.json()["status"]) == (400, "BAD_AUTH_CODE")
    for _ in range(2):
        refreshed = hubspot.token_call(
            grant_type="refresh_token", refresh_token=tokens["refresh_token"]
        ).json()
        assert refreshed["refresh_token"] == tokens["refresh_token"]
        assert refreshed["access_token"] != tokens["access_token"]
    address = f"{hubspot.url}/oauth/v1/refresh-tokens/{tokens['refresh_token']}"
    assert requests.delete(address, timeout=10).status_code == 204
    ended = hubspot.token_call(grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert (ended.status_code, ended.json()["status"]) == (400, "BAD_REFRESH_TOKEN")
    assert "error" not in ended.json()


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"grant_type": "refresh_token", "refresh_token": "none"}, "BAD_REFRESH_TOKEN"),
        ({"grant_type": "refresh_token"}, "BAD_REFRESH_TOKEN"),
        ({"grant_type": "authorization_code", "code": "x"}, "BAD_REDIRECT_URI"),
        ({"grant_type": "authorization_code", "redirect_uri": CALLBACK}, "BAD_AUTH_CODE"),
        ({"grant_type": "mother"}, "BAD_GRANT_TYPE"),
        ({"grant_type": "refresh_token", "client_secret": "no"}, "BAD_CLIENT_ID"),
    ],
)
def test_the_token_endpoint_refuses_in_its_own_words(
    hubspot: HubSpot, form: dict[str, str], status: str
) -> None:
    """A status and a message, not the error of RFC 6749."""
    refused = hubspot.token_call(**form)
    assert (refused.status_code, refused.json()["status"]) == (400, status)


def test_tokens_and_scopes_are_looked_at(hubspot: HubSpot) -> None:
    """No token, a made-up one and an expired one are 401, a missing scope is 403."""
    bare = requests.get(f"{hubspot.url}/integrations/v1/me", timeout=10)
    assert (bare.status_code, bare.json()["category"]) == (401, "INVALID_AUTHENTICATION")
    assert hubspot.call("GET", "/integrations/v1/me").json()["portalId"] == 62515
    scoped = hubspot.call("GET", "/crm-objects/v1/objects/tickets/paged")
    assert (scoped.status_code, scoped.json()["category"]) == (403, "MISSING_SCOPES")
    hubspot.sim.post("expire")
    late = hubspot.call("GET", "/integrations/v1/me")
    assert (late.status_code, late.json()["category"]) == (401, "EXPIRED_AUTHENTICATION")
    assert {"status", "message", "correlationId"} <= set(late.json())


def test_calls_are_counted_and_refused_above_the_limit(hubspot: HubSpot) -> None:
    """Headers tell the ten-second window; above it is 429."""
    hubspot.sim.post("limits", **{"enabled": True, "ten-seconds": 2})
    first = hubspot.call("GET", "/integrations/v1/me")
    assert first.headers["X-HubSpot-RateLimit-Max"] == "2"
    assert first.headers["X-HubSpot-RateLimit-Remaining"] == "1"
    assert first.headers["X-HubSpot-RateLimit-Interval-Milliseconds"] == "10000"
    answers = [hubspot.call("GET", "/integrations/v1/me") for _ in range(5)]
    refused = answers[-1]
    assert (refused.status_code, refused.json()["errorType"]) == (429, "RATE_LIMIT")
    hubspot.sim.post("clock", advanceSeconds=11)
    assert hubspot.call("GET", "/integrations/v1/me").status_code == 200


# -- contacts --------------------------------------------------------------------------------------


def test_a_contact_lives(hubspot: HubSpot) -> None:
    """Created with history, changed without an answer, found by address, deleted."""
    made = hubspot.made("/contacts/v1/contact", contact(firstname="Ed", email="Ed@Example.com"))
    assert made["properties"]["email"]["value"] == "ed@example.com"
    assert made["properties"]["firstname"]["versions"][0]["value"] == "Ed"
    address = f"/contacts/v1/contact/vid/{made['vid']}"
    changed = hubspot.call("POST", f"{address}/profile", contact(lastname="Loaf", firstname=""))
    assert (changed.status_code, changed.text) == (204, "")
    read = hubspot.call("GET", "/contacts/v1/contact/email/ED@example.com/profile").json()
    assert read["properties"]["lastname"]["value"] == "Loaf"
    assert "firstname" not in read["properties"]
    assert hubspot.call("DELETE", address).json() == {
        "vid": made["vid"],
        "deleted": True,
        "reason": "OK",
    }
    gone = hubspot.call("GET", f"{address}/profile")
    assert (gone.status_code, gone.json()["message"]) == (404, "contact does not exist")


def test_an_address_belongs_to_one_contact(hubspot: HubSpot) -> None:
    """A second one is a conflict that names the first."""
    refused = hubspot.call("POST", "/contacts/v1/contact", contact(email="KELLY@example.com"))
    assert refused.status_code == 409
    assert refused.json()["error"] == "CONTACT_EXISTS"
    assert refused.json()["identityProfile"]["vid"] == 101
    taken = hubspot.call(
        "POST", "/contacts/v1/contact/vid/102/profile", contact(email="kelly@example.com")
    )
    assert taken.status_code == 409


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (contact(firstName="Ed"), "PROPERTY_DOESNT_EXIST"),
        (contact(createdate="1"), "READ_ONLY_VALUE"),
        (contact(email="nobody"), "INVALID_EMAIL"),
        (contact(lifecyclestage="Lead"), "INVALID_OPTION"),
        (contact(associatedcompanyid="5,001"), "INVALID_INTEGER"),
    ],
)
def test_property_values_are_checked(hubspot: HubSpot, body: Any, error: str) -> None:
    """Names are known in lower case only, and values by their types."""
    refused = hubspot.call("POST", "/contacts/v1/contact", body)
    assert refused.status_code == 400
    assert refused.json()["message"] == "Property values were not valid"
    assert [one["error"] for one in refused.json()["validationResults"]] == [error]


@pytest.mark.parametrize("body", [{}, {"properties": []}, {"properties": {"firstname": "Ed"}}])
def test_a_contact_needs_a_list_of_properties(hubspot: HubSpot, body: Any) -> None:
    """Nothing, and an object in place of the list, are refused."""
    assert hubspot.call("POST", "/contacts/v1/contact", body).status_code == 400


@pytest.mark.parametrize("size", [1, 7, 100])
def test_contacts_are_walked_by_vid(hubspot: HubSpot, size: int) -> None:
    """Every contact once, whatever the size of a page."""
    total = hubspot.sim.post("seed", contacts=20)["contacts"]
    seen: list[int] = []
    offset = 0
    while True:
        page = hubspot.call("GET", ALL, count=size, vidOffset=offset).json()
        assert len(page["contacts"]) <= size
        seen += [one["vid"] for one in page["contacts"]]
        offset = page["vid-offset"]
        if not page["has-more"]:
            break
    assert seen == sorted(set(seen))
    assert len(seen) == total


def test_a_page_of_contacts_has_at_most_100(hubspot: HubSpot) -> None:
    """More are not given, or refused; a list shows four properties unless others are named."""
    hubspot.sim.post("seed", contacts=120)
    assert len(hubspot.call("GET", ALL, count=500).json()["contacts"]) == 100
    assert len(hubspot.call("GET", ALL).json()["contacts"]) == 20
    hubspot.sim.post("switches", size_over_max="error400")
    assert hubspot.call("GET", ALL, count=500).status_code == 400
    first = hubspot.call("GET", ALL, count=1).json()["contacts"][0]
    assert sorted(first["properties"]) == ["firstname", "lastmodifieddate", "lastname"]
    named = hubspot.call("GET", ALL, count=1, property=["email", "nonsense"]).json()["contacts"][0]
    assert named["properties"] == {"email": {"value": "kelly@example.com"}}


def test_changed_contacts_come_latest_first(hubspot: HubSpot) -> None:
    """Walked by time and vid together, none twice, none lost."""
    hubspot.sim.post("clock", advanceSeconds=60)
    hubspot.call("POST", "/contacts/v1/contact/vid/102/profile", contact(city="Ulm"))
    seen: list[int] = []
    time = vid = 0
    for _ in range(10):
        page = hubspot.call("GET", CHANGED, count=1, timeOffset=time, vidOffset=vid).json()
        seen += [one["vid"] for one in page["contacts"]]
        time, vid = page["time-offset"], page["vid-offset"]
        if not page["has-more"]:
            break
    assert seen[0] == 102
    assert sorted(seen) == [101, 102, 103, 104]


def test_records_that_are_put_back_have_the_time_that_is_put_back(hubspot: HubSpot) -> None:
    """A vendor whose time was moved starts again in the present."""
    hubspot.sim.post("clock", advanceSeconds=86_400)
    hubspot.sim.post("reset")
    hubspot.token = str(hubspot.sim.post("grants", scopes=["contacts"])["access_token"])
    page = hubspot.call("GET", CHANGED, count=1).json()
    assert page["time-offset"] <= hubspot.sim.post("clock", advanceSeconds=0)["nowMs"]


def test_contacts_are_searched_anywhere(hubspot: HubSpot) -> None:
    """By a part of a name or an address."""
    found = hubspot.call("GET", "/contacts/v1/search/query", q="gold").json()
    assert (found["total"], found["contacts"][0]["vid"]) == (1, 101)


# -- companies and deals ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "key", "id_name", "more", "name"),
    [
        ("/companies/v2/companies", "companies", "companyId", "has-more", "name"),
        ("/deals/v1/deal", "deals", "dealId", "hasMore", "dealname"),
    ],
)
def test_records_live_and_are_walked(
    hubspot: HubSpot, path: str, key: str, id_name: str, more: str, name: str
) -> None:
    """Created, read, changed by PUT, walked, listed by change, deleted."""
    hubspot.sim.post("clock", advanceSeconds=60)
    made = hubspot.made(path, record(**{name: "Crust", "description": "Hard"}))
    address = f"{path}/{made[id_name]}"
    held = made["properties"][name]
    assert (held["value"], held["versions"][0]["name"]) == ("Crust", name)
    changed = hubspot.call("PUT", address, record(**{name: "Crumb"}))
    assert changed.json()["properties"][name]["value"] == "Crumb"
    assert changed.json()["properties"]["description"]["value"] == "Hard"
    recent = hubspot.call("GET", f"{path}/recent/modified", count=1).json()
    assert (recent["results"][0][id_name], recent["hasMore"]) == (made[id_name], True)
    seen: list[int] = []
    offset = 0
    while True:
        page = hubspot.call("GET", f"{path}/paged", limit=2, offset=offset, properties=name).json()
        seen += [one[id_name] for one in page[key]]
        assert set(page[key][0]["properties"]) == {name}
        offset = page["offset"]
        if not page[more]:
            break
    assert seen == sorted(set(seen))
    assert made[id_name] in seen
    assert hubspot.call("DELETE", address).status_code in (200, 204)
    assert hubspot.call("GET", address).status_code == 404
    assert hubspot.call("PUT", address, record(**{name: "x"})).status_code == 404
    assert hubspot.call("POST", path, record(nonsense="x")).status_code == 400


def test_a_deal_is_at_a_stage_that_exists(hubspot: HubSpot) -> None:
    """Stages are those of the pipelines."""
    refused = hubspot.call("POST", "/deals/v1/deal", record(dealname="Bun", dealstage="eaten"))
    assert refused.json()["validationResults"][0]["error"] == "INVALID_OPTION"
    made = hubspot.made(
        "/deals/v1/deal",
        {
            **record(dealname="Bun", dealstage="closedwon"),
            "associations": {"associatedVids": [101]},
        },
    )
    assert made["associations"]["associatedVids"] == [101]


def test_the_people_of_a_company_are_listed(hubspot: HubSpot) -> None:
    """Those who name it, in the company API's own shape."""
    found = hubspot.call("GET", "/companies/v2/companies/5001/contacts", count=2).json()
    assert [one["vid"] for one in found["contacts"]] == [101, 102]
    assert (found["hasMore"], found["vidOffset"]) == (True, 102)


# -- everything else -------------------------------------------------------------------------------


def test_an_engagement_lives_and_is_found_by_its_record(hubspot: HubSpot) -> None:
    """Created, changed, listed by contact, deleted; its type is one of five."""
    body = {
        "engagement": {"type": "NOTE", "ownerId": 1},
        "associations": {"contactIds": [102]},
        "metadata": {"body": "Crusty"},
    }
    made = hubspot.made("/engagements/v1/engagements", body)
    number = made["engagement"]["id"]
    address = f"/engagements/v1/engagements/{number}"
    changed = hubspot.call("PATCH", address, {"metadata": {"body": "Soft"}}).json()
    assert (changed["metadata"]["body"], changed["engagement"]["type"]) == ("Soft", "NOTE")
    of = hubspot.call("GET", "/engagements/v1/engagements/associated/CONTACT/102/paged").json()
    assert [one["engagement"]["id"] for one in of["results"]] == [number]
    assert hubspot.call("DELETE", address).status_code == 204
    assert hubspot.call("GET", address).status_code == 404
    wrong = {**body, "engagement": {"type": "POEM"}}
    assert hubspot.call("POST", "/engagements/v1/engagements", wrong).status_code == 400


def test_owners_are_listed_at_once_and_found_by_address(hubspot: HubSpot) -> None:
    """A bare array."""
    assert len(hubspot.call("GET", "/owners/v2/owners").json()) == 2
    found = hubspot.call("GET", "/owners/v2/owners", email="lee@bakery.example").json()
    assert [one["firstName"] for one in found] == ["Lee"]
    assert hubspot.call("GET", "/owners/v2/owners/99").status_code == 404


def test_a_pipeline_lives_but_the_default_one_for_ever(hubspot: HubSpot) -> None:
    """Stages need an id and a probability."""
    stage = {"stageId": "raw", "label": "Raw", "displayOrder": 0, "metadata": {"probability": 0.5}}
    body = {"label": "Bread", "displayOrder": 1, "stages": [stage]}
    made = hubspot.made("/crm-pipelines/v1/pipelines/deals", body)
    address = f"/crm-pipelines/v1/pipelines/deals/{made['pipelineId']}"
    replaced = hubspot.call("PUT", address, {**body, "label": "Buns"}).json()
    assert (replaced["label"], replaced["stages"][0]["metadata"]) == (
        "Buns",
        {"probability": "0.5"},
    )
    assert hubspot.call("DELETE", address).status_code == 204
    assert hubspot.call("DELETE", address).status_code == 404
    default = "/crm-pipelines/v1/pipelines/deals/default"
    assert hubspot.call("DELETE", default).status_code == 400
    for missing in ("stageId", "metadata"):
        short = {name: value for name, value in stage.items() if name != missing}
        refused = hubspot.call(
            "POST", "/crm-pipelines/v1/pipelines/deals", {**body, "stages": [short]}
        )
        assert refused.status_code == 400


def test_timeline_events_need_an_application_and_its_key(hubspot: HubSpot) -> None:
    """Event types are the developer's, events the account's."""
    root = "/integrations/v1/36472/timeline"
    assert hubspot.call("GET", f"{root}/event-types").status_code == 401
    made = hubspot.call("POST", f"{root}/event-types", {"name": "Baked"}, **DEVELOPER).json()
    kind = f"{root}/event-types/{made['id']}"
    one = {"name": "crust", "label": "Crust", "propertyType": "String"}
    held = hubspot.call("POST", f"{kind}/properties", one, **DEVELOPER).json()
    changed = hubspot.call(
        "PUT", f"{kind}/properties", {**one, "id": held["id"], "label": "Rind"}, **DEVELOPER
    )
    assert changed.json()["label"] == "Rind"
    event = {"id": "e1", "eventTypeId": made["id"], "email": "kelly@example.com"}
    put = hubspot.call("PUT", f"{root}/event", event)
    assert (put.status_code, put.text) == (204, "")
    read = hubspot.call("GET", f"{root}/event/{made['id']}/e1").json()
    assert (read["id"], read["email"]) == ("e1", "kelly@example.com")
    nobody = {name: event[name] for name in ("id", "eventTypeId")} | {"id": "e2"}
    assert hubspot.call("PUT", f"{root}/event", nobody).status_code == 400
    gone = hubspot.call("DELETE", f"{kind}/properties/{held['id']}", **DEVELOPER)
    assert gone.status_code == 204
    assert hubspot.call("DELETE", kind, **DEVELOPER).status_code == 204


def test_an_account_adds_properties(hubspot: HubSpot) -> None:
    """They are listed with the others and can be set at once."""
    body = {
        "name": "oven",
        "label": "Oven",
        "groupName": "bakery",
        "type": "string",
        "fieldType": "text",
    }
    root = "/properties/v1/companies/properties"
    assert hubspot.made(root, body)["hubspotDefined"] is False
    assert hubspot.call("POST", root, body).status_code == 409
    assert "oven" in [one["name"] for one in hubspot.call("GET", root).json()]
    made = hubspot.made("/companies/v2/companies", record(name="Crust", oven="stone"))
    assert made["properties"]["oven"]["value"] == "stone"
    assert hubspot.call("GET", "/properties/v1/nonsense/properties").status_code == 404


def test_accounts_do_not_see_each_other(hubspot: HubSpot) -> None:
    """A token of the other account reads other records."""
    hubspot.made("/companies/v2/companies", record(name="Mine"))
    granted = hubspot.sim.post("grants", tenant="hubspot-2", scopes=["contacts"])
    other = HubSpot(hubspot.url, hubspot.sim, str(granted["access_token"]))
    assert other.call("GET", "/companies/v2/companies/5004").status_code == 404
    assert hubspot.call("GET", "/companies/v2/companies/5004").status_code == 200
