"""HubSpot CRM over a real hub and sandbox, as callers of the wire contract use it."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from tests.conftest import Sim
from tests.journeys.conftest import Answer, Caller
from valence.cli.visitor import consent
from valence.elements import Catalog

ELEMENT = Catalog.load().require("hubspotcrm")


@pytest.fixture
def vendor(sim: Sim) -> Sim:
    """HubSpot as it starts."""
    return sim.vendor("hubspot")


@pytest.fixture
def hubspot(caller: Caller, vendor: Sim) -> Caller:
    """A caller with a fresh instance."""
    return caller.connected_to(ELEMENT)


def crm(caller: Caller, method: str, path: str, body: Any = None, **query: Any) -> Answer:
    text = f"?{urlencode(query)}" if query else ""
    return caller.call(method, f"/hubs/crm/{path}{text}", body)


def got(caller: Caller, method: str, path: str, body: Any = None, **query: Any) -> Any:
    answer = crm(caller, method, path, body, **query)
    assert answer.status == 200, answer.text
    return answer.json


def since(seconds_ago: float) -> str:
    moment = datetime.now(UTC) - timedelta(seconds=seconds_ago)
    return moment.isoformat(timespec="milliseconds")


# -- the four objects ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "created", "shown", "changed", "after", "key"),
    [
        (
            "accounts",
            {"properties": {"name": "Crust", "description": "Hard"}},
            {"name": "Crust", "description": "Hard"},
            {"properties": {"Description": "Soft"}},
            {"name": "Crust", "description": "Soft"},
            "companyId",
        ),
        (
            "accounts",
            {"name": "Crust", "description": "Hard"},
            {"name": "Crust", "description": "Hard"},
            {"description": "Soft"},
            {"name": "Crust", "description": "Soft"},
            "companyId",
        ),
        (
            "accounts",
            {"name": "no", "city": "Ulm", "properties": {"name": "Crust"}},
            {"name": "Crust", "city": "Ulm"},
            {"properties": [{"name": "description", "value": "Soft"}]},
            {"name": "Crust", "description": "Soft"},
            "companyId",
        ),
        (
            "contacts",
            {"properties": {"firstName": "Ed", "lastName": "Loaf", "email": "Ed@Example.com"}},
            {"firstname": "Ed", "lastname": "Loaf", "email": "ed@example.com"},
            {"properties": {"jobTitle": "Baker", "lastName": None}},
            {"firstname": "Ed", "lastname": None, "jobtitle": "Baker"},
            "vid",
        ),
        (
            "leads",
            {"properties": {"firstName": "Ida", "email": "ida@example.com"}},
            {"firstname": "Ida", "lifecyclestage": "lead"},
            {"properties": {"city": "Ulm"}},
            {"firstname": "Ida", "city": "Ulm"},
            "vid",
        ),
        (
            "opportunities",
            {"properties": {"dealname": "Cake", "amount": 40}},
            {"dealname": "Cake", "amount": "40"},
            {"properties": {"dealstage": "closedwon"}},
            {"dealname": "Cake", "dealstage": "closedwon"},
            "dealId",
        ),
    ],
    ids=["accounts", "accounts-flat", "accounts-mixed", "contacts", "leads", "opportunities"],
)
def test_a_record_lives(
    hubspot: Caller,
    path: str,
    created: Any,
    shown: dict[str, str],
    changed: Any,
    after: dict[str, str | None],
    key: str,
) -> None:
    """Created in either shape, read, changed, listed, deleted, and then not found."""
    made = got(hubspot, "POST", path, created)
    assert made["id"] == made[key]
    assert {name: made["properties"].get(name) for name in shown} == shown
    address = f"{path}/{made['id']}"
    for held in (got(hubspot, "PATCH", address, changed), got(hubspot, "GET", address)):
        assert held["id"] == made["id"]
        assert {name: held["properties"].get(name) for name in after} == after
    assert made["id"] in [one["id"] for one in got(hubspot, "GET", path)]
    assert crm(hubspot, "DELETE", address).status == 200
    for method, body in (("GET", None), ("PATCH", changed), ("DELETE", None)):
        assert crm(hubspot, method, address, body).status == 404
    for unknown in ("0", "-1"):
        assert crm(hubspot, "GET", f"{path}/{unknown}").status == 404
        assert crm(hubspot, "PATCH", f"{path}/{unknown}", changed).status == 404


def test_lists_show_plain_values_with_their_times(hubspot: Caller) -> None:
    """What pollers look for in `properties`."""
    for path, name in (
        ("contacts", "lastmodifieddate"),
        ("accounts", "hs_lastmodifieddate"),
        ("opportunities", "hs_lastmodifieddate"),
    ):
        for one in got(hubspot, "GET", path):
            assert one["properties"]["createdate"].isdecimal()
            assert one["properties"][name].isdecimal()


def test_a_contact_created_twice_is_the_one_that_is_there(hubspot: Caller) -> None:
    """200 with the existing record, which stays as it was."""
    body = {"properties": {"firstName": "Somebody", "email": "KELLY@example.com"}}
    for path in ("contacts", "leads"):
        known = got(hubspot, "POST", path, body)
        assert known["id"] == 101
        assert known["properties"]["firstname"] == "Kelly"
    assert got(hubspot, "GET", "contacts/101")["properties"]["lifecyclestage"] == "customer"


def test_leads_are_the_contacts_of_that_stage(hubspot: Caller) -> None:
    """Whatever the page, none of the others is among them, none twice."""
    assert [one["id"] for one in got(hubspot, "GET", "leads")] == [102, 103]
    first = crm(hubspot, "GET", "leads", pageSize=1)
    token = first.headers["elements-next-page-token"]
    second = crm(hubspot, "GET", "leads", pageSize=1, nextPage=token)
    assert [one["id"] for one in first.json + second.json] == [102, 103]


# -- pages and filters -----------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["contacts", "accounts", "opportunities"])
def test_pages_make_up_the_list(hubspot: Caller, vendor: Sim, path: str) -> None:
    """Page 1 and page 2 are the double page; tokens lead over the same pages to the end."""
    name = {"accounts": "companies", "opportunities": "deals"}.get(path, path)
    total = vendor.post("seed", **{name: 6})[name]
    double = got(hubspot, "GET", path, pageSize=4)
    halves = [got(hubspot, "GET", path, pageSize=2, page=number) for number in (1, 2)]
    assert halves[0] + halves[1] == double
    seen, token = [], ""
    while True:
        answer = crm(hubspot, "GET", path, pageSize=2, nextPage=token)
        seen += [one["id"] for one in answer.json]
        token = answer.headers.get("elements-next-page-token", "")
        if not token:
            break
    assert len(seen) == len(set(seen)) == total


def test_a_page_of_contacts_has_at_most_100(hubspot: Caller, vendor: Sim) -> None:
    """More is said in `Elements-Error`; the token leads to the rest."""
    vendor.post("seed", contacts=130)
    answer = crm(hubspot, "GET", "contacts", pageSize=150)
    assert len(answer.json) == 100
    assert "100" in answer.headers["elements-error"]
    rest = crm(hubspot, "GET", "contacts", all="true", pageSize=100, page=2)
    assert len(rest.json) == 34
    assert "elements-error" not in rest.headers
    assert len(got(hubspot, "GET", "accounts", pageSize=150)) == 3


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("accounts", {"name": "Fresh"}, "lastmodifieddate"),
        ("contacts", {"firstname": "Fresh", "email": "fresh@example.com"}, "lastmodifieddate"),
        ("leads", {"firstname": "Fresh", "email": "fresh@example.com"}, "lastmodifieddate"),
        ("opportunities", {"dealname": "Fresh"}, "hs_lastmodifieddate"),
    ],
)
def test_changed_since_is_newest_first(
    hubspot: Caller, vendor: Sim, path: str, body: Any, field: str
) -> None:
    """What was created seconds before is the first; what is older is not there."""
    vendor.post("clock", advanceSeconds=3600)
    made = got(hubspot, "POST", path, body)
    late = got(hubspot, "GET", path, where=f"{field}='{since(-1800)}'")
    assert [one["id"] for one in late] == [made["id"]]
    everything = got(hubspot, "GET", path, where=f"{field}='{since(86_400)}'", pageSize=1)
    assert [one["id"] for one in everything] == [made["id"]]
    seen, token = [], ""
    while True:
        answer = crm(
            hubspot,
            "GET",
            path,
            where=f"{field}='{since(86_400)[:10]}'",
            pageSize=2,
            nextPage=token,
        )
        seen += [one["id"] for one in answer.json]
        token = answer.headers.get("elements-next-page-token", "")
        if not token:
            break
    assert seen[0] == made["id"]
    assert sorted(seen) == sorted(one["id"] for one in got(hubspot, "GET", path))


@pytest.mark.parametrize(
    ("where", "ids"),
    [
        ("email='kelly@example.com'", [101]),
        ("properties.email='kelly@example.com'", [101]),
        ("email='kelly@example.com' AND lastname='Miller'", []),
        ("email='nobody@example.com'", []),
        ("lastname='Miller'", [102]),
        ("properties.lastname='Miller' OR firstname='Ada'", [102, 103]),
        ("lifecyclestage in ('lead')", [102, 103]),
        ("favourite_bread='rye'", [104]),
        ("firstname='it''s'", []),
    ],
)
def test_contacts_are_filtered(hubspot: Caller, where: str, ids: list[int]) -> None:
    """By the vendor where it can, by Valence where it cannot; custom properties too."""
    got(hubspot, "PATCH", "contacts/104", {"favourite_bread": "rye"})
    assert [one["id"] for one in got(hubspot, "GET", "contacts", where=where)] == ids


@pytest.mark.parametrize(
    "where",
    [
        "lastmodifieddate='yesterday'",
        "lastmodifieddate>'2020-01-01'",
        "lastmodifieddate='2020-01-01' OR lastname='Gold'",
    ],
)
def test_a_changed_since_that_means_something_else_is_refused(hubspot: Caller, where: str) -> None:
    """Never an answer to another question."""
    refused = crm(hubspot, "GET", "contacts", where=where)
    assert refused.status == 400
    assert "lastmodifieddate" in refused.json["message"]


def test_fields_bring_what_they_name(hubspot: Caller) -> None:
    """Properties that lists do not show otherwise are asked for."""
    got(hubspot, "PATCH", "contacts/101", {"favourite_bread": "wheat"})
    found = got(hubspot, "GET", "contacts", fields="id,properties.favourite_bread", pageSize=1)
    assert found == [{"id": 101, "properties": {"favourite_bread": "wheat"}}]


# -- what belongs to records, owners, pipelines ----------------------------------------------------


def test_an_activity_lives(hubspot: Caller) -> None:
    """With its id where callers look for it, and found at its contact."""
    body = {
        "engagement": {"active": True, "ownerId": 1, "type": "NOTE", "timestamp": 1409172644778},
        "associations": {"contactIds": [103]},
        "metadata": {"body": "note body"},
    }
    made = got(hubspot, "POST", "activities", body)
    address = f"activities/{made['id']}"
    assert got(hubspot, "GET", address)["engagement"]["id"] == made["id"]
    changed = got(hubspot, "PATCH", address, {**body, "metadata": {"body": "other"}})
    assert changed["metadata"]["body"] == "other"
    assert [one["id"] for one in got(hubspot, "GET", "contacts/103/activities")] == [made["id"]]
    assert got(hubspot, "GET", "contacts/104/activities", pageSize=1, nextPage="") == []
    assert crm(hubspot, "DELETE", address).status == 200
    assert crm(hubspot, "GET", address).status == 404
    refused = crm(hubspot, "POST", "activities", {**body, "engagement": {"type": "POEM"}})
    assert (refused.status, "type must be" in refused.json["message"]) == (400, True)
    first = crm(hubspot, "GET", "accounts/5001/activities", pageSize=2)
    rest = crm(
        hubspot,
        "GET",
        "accounts/5001/activities",
        pageSize=2,
        nextPage=first.headers["elements-next-page-token"],
    )
    assert [one["id"] for one in first.json + rest.json] == [70001, 70002, 70003]


def test_owners_are_found_by_address(hubspot: Caller) -> None:
    """By the vendor; by other fields here."""
    found = got(hubspot, "GET", "owners", where="email = 'lee@bakery.example'")
    assert [(one["id"], one["ownerId"]) for one in found] == [(2, 2)]
    assert [one["id"] for one in got(hubspot, "GET", "owners", where="firstName='Kim'")] == [1]


def test_a_pipeline_lives(hubspot: Caller) -> None:
    """Its id is `pipelineId`; stages need no more than callers send."""
    stages = [{"label": "Raw", "displayOrder": 0, "probability": 0.5}]
    made = got(hubspot, "POST", "pipelines", {"label": "B", "displayOrder": 1, "stages": stages})
    address = f"pipelines/{made['pipelineId']}"
    assert made["stages"][0]["probability"] == 0.5
    replaced = got(hubspot, "PUT", address, {**made, "label": "C"})
    assert replaced["label"] == "C"
    assert got(hubspot, "GET", address)["stages"][0]["stageId"] == "raw"
    assert "C" in [one["label"] for one in got(hubspot, "GET", "pipelines")]
    assert crm(hubspot, "DELETE", address).status == 200
    for method in ("GET", "DELETE"):
        assert crm(hubspot, method, address).status == 404


def test_the_timeline(hubspot: Caller) -> None:
    """Event types, their properties, events whose writing answers nothing."""
    kind = got(hubspot, "POST", "timeline-event-types", {"name": "Baked"})
    root = f"timeline-event-types/{kind['id']}"
    assert got(hubspot, "PATCH", root, {"name": "Sold"})["name"] == "Sold"
    field = {"name": "crust", "label": "Crust", "propertyType": "String"}
    held = got(hubspot, "POST", f"{root}/properties", field)
    changed = got(hubspot, "PATCH", f"{root}/properties/{held['id']}", {**field, "label": "Rind"})
    assert changed["label"] == "Rind"
    event = {"id": "e-1", "email": "kelly@example.com"}
    assert crm(hubspot, "POST", f"{root}/events", event).text in ("", "{}")
    read = got(hubspot, "GET", f"{root}/events/e-1")
    assert (read["id"], read["email"]) == ("e-1", "kelly@example.com")
    change = crm(hubspot, "PATCH", f"{root}/events/e-1", {"email": "joe@example.com"})
    assert (change.status, change.text) in ((200, ""), (200, "{}"))
    assert got(hubspot, "GET", f"{root}/events/e-1")["email"] == "joe@example.com"
    assert crm(hubspot, "DELETE", f"{root}/properties/{held['id']}").status == 200
    assert crm(hubspot, "DELETE", root).status == 200


def test_event_types_need_the_developers_key(caller: Caller, vendor: Sim) -> None:
    """Without it the answer says what is missing."""
    account = {k: v for k, v in ELEMENT.sandbox_account.items() if not k.startswith("hubspot.")}
    plain = caller.connected_to(ELEMENT, configuration=account)
    refused = crm(plain, "GET", "timeline-event-types")
    assert refused.status == 400
    assert "hubspot.application.id" in refused.json["message"]


# -- objects ---------------------------------------------------------------------------------------


def test_fields_are_discovered(hubspot: Caller, vendor: Sim) -> None:
    """The account's own among them; unknown objects are not found."""
    fields = {
        one["path"]: one for one in got(hubspot, "GET", "objects/contacts/metadata")["fields"]
    }
    assert fields["properties.email"]["createable"] is True
    assert fields["properties.createdate"]["vendorReadOnly"] is True
    bread = fields["properties.favourite_bread"]
    assert (bread["custom"], bread["vendorNativeType"]) == (True, "picklist")
    assert bread["picklistValues"][0] == {"displayValue": "rye", "value": "rye"}
    own = got(hubspot, "GET", "objects/accounts/metadata", customFieldsOnly="true")["fields"]
    assert [one["path"] for one in own] == ["properties.favourite_bread"]
    assert got(hubspot, "GET", "objects/activities/metadata")["fields"]
    assert crm(hubspot, "GET", "objects/notarealobject/metadata").status == 404
    names = got(hubspot, "GET", "objects")
    assert {"accounts", "contacts", "leads", "opportunities", "activities", "owners"} <= set(names)


def test_any_object_by_the_vendors_name(hubspot: Caller) -> None:
    """Companies and deals too; what there is not, or is not allowed, is refused."""
    made = got(hubspot, "POST", "deals", {"dealname": "Roll"})
    assert got(hubspot, "GET", f"deals/{made['id']}")["properties"]["dealname"] == "Roll"
    found = got(hubspot, "GET", "deals", where="dealname='Roll'")
    assert [one["id"] for one in found] == [made["id"]]
    assert crm(hubspot, "DELETE", f"deals/{made['id']}").status == 200
    assert crm(hubspot, "GET", "tickets").status == 403  # its scope was not asked for
    assert crm(hubspot, "GET", "notarealobject").status == 404


def test_a_search_of_the_accounts_own(hubspot: Caller) -> None:
    """A resource that an account adds to the element works as it says."""

    def row(name: str, vendor_name: str) -> dict[str, str]:
        pair = {"name": name, "vendorName": vendor_name, "type": "query", "vendorType": "query"}
        return {**pair, "source": "request"}

    resource = {
        "method": "GET",
        "path": "/hubs/crm/contacts-search",
        "vendorMethod": "GET",
        "vendorPath": "/contacts/v1/search/query",
        "rootKey": "|contacts",
        "type": "api",
        "parameters": [
            row("where", "converter:toQueryParameters"),
            row("pageSize", "count"),
            row("page", "offset"),
        ],
    }
    added = hubspot.call("POST", "/elements/hubspotcrm/resources", resource)
    assert added.status == 200, added.text
    try:
        found = got(hubspot, "GET", "contacts-search", where="q='gold'")
        assert [one["vid"] for one in found] == [101]
        pages = [
            got(hubspot, "GET", "contacts-search", where="q='example'", pageSize=2, page=number)
            for number in (1, 2)
        ]
        assert [one["vid"] for page in pages for one in page] == [101, 102, 103, 104]
    finally:
        hubspot.call("DELETE", f"/elements/hubspotcrm/resources/{added.json['id']}")


# -- connecting ------------------------------------------------------------------------------------


def test_errors_are_in_hubspots_words(hubspot: Caller) -> None:
    """The message names the property; no token is told."""
    refused = crm(hubspot, "POST", "contacts", {"properties": {"email": "nobody"}})
    assert refused.status == 400
    assert refused.json["message"] == "Email address nobody is invalid"
    assert json.loads(refused.json["providerMessage"])["category"] == "VALIDATION_ERROR"


def test_a_refused_client_or_code_makes_no_instance(caller: Caller, vendor: Sim) -> None:
    """And the answer says whose turn it is."""
    account = ELEMENT.sandbox_account
    before = len(caller.call("GET", "/instances").json)
    query = {"apiKey": account["oauth.api.key"], "callbackUrl": account["oauth.callback.url"]}
    url = caller.call("GET", f"/elements/hubspotcrm/oauth/url?{urlencode(query)}").json["oauthUrl"]
    assert f"scope={quote('contacts timeline files')}" in url.replace("+", "%20")
    body = {"element": {"key": "hubspotcrm"}, "name": "H", "configuration": account}
    wrong = caller.call("POST", "/instances", {**body, "providerData": {"code": "made-up"}})
    assert (wrong.status, wrong.json["code"]) == (400, "code-refused")
    code = consent(url)["code"]
    stranger = {**account, "oauth.api.secret": "wrong"}
    refused = caller.call(
        "POST", "/instances", {**body, "configuration": stranger, "providerData": {"code": code}}
    )
    assert (refused.status, refused.json["code"]) == (400, "client-refused")
    assert len(caller.call("GET", "/instances").json) == before


def test_an_expired_token_is_refreshed_and_a_revoked_grant_is_not(
    hubspot: Caller, vendor: Sim
) -> None:
    """HubSpot's own word for a dead grant is understood; the owner must consent again."""
    before = vendor.refreshes()["succeeded"]
    vendor.post("expire")
    assert crm(hubspot, "GET", "contacts/101").status == 200
    assert vendor.refreshes()["succeeded"] == before + 1
    vendor.post("revoke")
    refused = crm(hubspot, "GET", "contacts/101")
    assert (refused.status, refused.json["whose"]) == (401, "resource-owner")
    calls = vendor.refreshes()["received"]
    assert crm(hubspot, "GET", "contacts/101").status == 401
    assert vendor.refreshes()["received"] == calls


def test_deleting_an_instance_ends_the_grant(caller: Caller, vendor: Sim) -> None:
    """At the vendor too."""
    made = caller.connected_to(ELEMENT)
    number = made.call("GET", "/hubs/crm/ping").headers["elements-element-instance-id"]
    assert caller.call("DELETE", f"/instances/{number}").status == 200
    assert {one["state"] for one in vendor.get("tokens")} == {"grant-ended"}
