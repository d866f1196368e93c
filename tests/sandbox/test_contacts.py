"""Contacts, tags, companies and the rest of v1: rules, envelopes, limits, as captured."""

import re

import pytest
import requests

from tests.sandbox.conftest import Vendor

EMAIL = {"email_addresses": [{"email": "a@b.example", "field": "EMAIL1"}]}
DEFAULT = [
    "id", "given_name", "middle_name", "family_name", "email_addresses", "phone_numbers",
    "addresses", "company", "owner_id", "tag_ids", "email_opted_in", "email_status",
    "date_created", "last_updated", "last_updated_utc_millis", "ScoreValue",
]  # fmt: skip


def test_a_contact_has_the_default_properties(vendor: Vendor) -> None:
    """The short set, in order, null where absent; dates with +0000 and the milliseconds beside."""
    kelly = vendor.call("GET", "/v1/contacts/32").json()
    assert list(kelly) == DEFAULT
    assert (kelly["given_name"], kelly["middle_name"], kelly["tag_ids"]) == ("Kelly", None, [91])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000\+0000", kelly["date_created"])
    assert isinstance(kelly["last_updated_utc_millis"], int)
    more = vendor.call(
        "GET", "/v1/contacts/32", params={"optional_properties": "birthday,custom_fields"}
    ).json()
    assert set(more) - set(DEFAULT) == {"birthday", "custom_fields"}
    assert more["custom_fields"] == [{"id": 182, "content": None}]


@pytest.mark.parametrize("path", ["contacts", "contacts/32", "companies/56", "opportunities/1"])
def test_an_optional_property_that_there_is_not_is_refused(path: str, vendor: Vendor) -> None:
    """By its name."""
    asked = vendor.call("GET", f"/v1/{path}?optional_properties=custom_fields,loyalty,tier")
    assert (asked.status_code, asked.json()) == (
        400,
        {"message": "The following optional-properties are unrecognized: loyalty, tier"},
    )


@pytest.mark.parametrize("path", ["contacts/32", "companies/56", "opportunities/1"])
def test_a_custom_field_of_nobody_is_refused(path: str, vendor: Vendor) -> None:
    """One that the account has not, has for another kind of record, or has under no such id."""
    other = "tasks" if path.startswith("contacts") else "contacts"
    body = {"label": "Elsewhere", "field_type": "Text"}
    number = vendor.call("POST", f"/v1/{other}/model/customFields", json=body).json()["id"]
    for row in ({"id": 999, "content": "x"}, {"id": number, "content": "x"}, {"content": "x"}, "x"):
        refused = vendor.call("PATCH", f"/v1/{path}", json={"custom_fields": [row]})
        assert refused.status_code == 400, row
    assert vendor.call("PATCH", f"/v1/{path}", json={"custom_fields": []}).status_code == 200


def test_a_contacts_company_is_written_by_its_id_alone(vendor: Vendor) -> None:
    """Its name is shown, and ignored in a body."""
    body = {"company": {"id": 56}, "company_name": "Rye & Sons"}
    assert vendor.call("PATCH", "/v1/contacts/6", json=body).status_code == 200
    shown = vendor.call("GET", "/v1/contacts/6?optional_properties=company_name").json()
    assert shown["company_name"] == "Flour Ltd"


def test_the_life_of_a_contact(vendor: Vendor) -> None:
    """201, 200, 200, 204, then 404 in the vendor's words."""
    made = vendor.call("POST", "/v1/contacts", json={**EMAIL, "given_name": "Ann"})
    assert made.status_code == 201
    path = f"/v1/contacts/{made.json()['id']}"
    changed = vendor.call(
        "PATCH",
        path,
        json={"given_name": "Bea", "family_name": "Ng"},
        params={"update_mask": "family_name"},
    )
    assert (changed.json()["given_name"], changed.json()["family_name"]) == ("Ann", "Ng")
    assert vendor.call("DELETE", path).status_code == 204
    for verb in ("GET", "DELETE"):
        gone = vendor.call(verb, path)
        assert (gone.status_code, gone.json()) == (404, {"message": "Unable to find this Contact"})


@pytest.mark.parametrize(
    ("method", "path", "body", "word"),
    [
        ("POST", "/v1/contacts", {}, "e-mail address or phone number"),
        ("POST", "/v1/contacts", {"given_name": "x"}, "e-mail address or phone number"),
        ("POST", "/v1/contacts", {**EMAIL, "given_name": 5}, "given_name"),
        ("POST", "/v1/contacts", {"email_addresses": "a@b.c"}, "email_addresses"),
        ("POST", "/v1/contacts", {"email_addresses": [{"email": "a@b.c"}]}, "EMAIL1"),
        (
            "POST",
            "/v1/contacts",
            {"email_addresses": [{"email": "ab.c", "field": "EMAIL1"}]},
            "email",
        ),
        (
            "POST",
            "/v1/contacts",
            {**EMAIL, "addresses": [{"field": "BILLING", "region": "AZ"}]},
            "country_code",
        ),
        ("POST", "/v1/contacts", {**EMAIL, "company": {"id": 999}}, "Company"),
        ("PATCH", "/v1/contacts/6", {"email_addresses": []}, "e-mail address or phone number"),
        ("PUT", "/v1/contacts", EMAIL, "duplicate_option"),
        ("POST", "/v1/tags", {}, "name"),
        ("POST", "/v1/tags", {"name": "x", "category": {"id": 99}}, "Category"),
        ("POST", "/v1/companies", {}, "company_name"),
        ("POST", "/v1/contacts/6/tags", {"tagIds": "91"}, "tagIds"),
    ],
)
def test_rules_are_kept(
    method: str, path: str, body: dict[str, object], word: str, vendor: Vendor
) -> None:
    """400 with a message, and nothing stored."""
    before = vendor.call("GET", "/v1/contacts").json()["count"]
    answer = vendor.call(method, path, json=body)
    assert answer.status_code == 400
    assert word in answer.json()["message"]
    assert vendor.call("GET", "/v1/contacts").json()["count"] == before


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ("limit=x", "limit"),
        ("limit=-1", "limit"),
        ("offset=-1", "offset"),
        ("order=nonsense", "order"),
        ("order_direction=UP", "order_direction"),
        ("since=yesterday", "since"),
    ],
)
def test_bad_parameters_are_named(query: str, word: str, vendor: Vendor) -> None:
    """400; unknown parameters are ignored."""
    answer = vendor.call("GET", f"/v1/contacts?{query}")
    assert answer.status_code == 400
    assert word in answer.json()["message"]
    assert vendor.call("GET", "/v1/contacts?nonsense=1").status_code == 200


def test_pages_name_their_neighbours(vendor: Vendor) -> None:
    """Absolute addresses, also past the end; the count is of all matches."""
    root = f"{vendor.url}/crm/rest/v1/contacts/?"
    first = vendor.call("GET", "/v1/contacts?limit=1&email=joe@gmail.com").json()
    assert first["count"] == 1
    assert first["next"] == root + "limit=1&offset=1&email=joe%40gmail.com&order=id"
    past = vendor.call("GET", "/v1/contacts?limit=5&offset=50").json()
    assert (past["contacts"], past["count"]) == ([], 2)
    assert past["next"] == root + "limit=2&offset=55&order=id"
    assert past["previous"] == root + "limit=2&offset=45&order=id"
    tagged = vendor.call("GET", "/v1/tags/91/contacts?limit=1").json()
    assert tagged["next"] == f"{vendor.url}/crm/rest/v1/tags/91/contacts?limit=1&offset=1"


def test_ten_thousand_contacts_are_walked(vendor: Vendor) -> None:
    """Ten full pages and an empty one; every id once, in order."""
    vendor.sim.post("seed", contacts=9_998)
    ids: list[int] = []
    while page := vendor.call(
        "GET", "/v1/contacts", params={"offset": len(ids), "limit": 1000}
    ).json()["contacts"]:
        ids += [record["id"] for record in page]
    assert len(ids) == len(set(ids)) == 10_000
    assert ids == sorted(ids)
    newest = vendor.call("GET", "/v1/contacts?order=id&order_direction=DESCENDING&limit=1").json()
    assert newest["contacts"][0]["id"] == ids[-1]


def test_since_acts_on_the_last_change(vendor: Vendor) -> None:
    """Both bounds, in both spellings of a date."""
    vendor.sim.post("clock", advanceSeconds=3600)
    changed = vendor.call("PATCH", "/v1/contacts/6", json={"family_name": "New"}).json()
    moment = changed["last_updated"].replace("+0000", "Z")
    found = vendor.call("GET", "/v1/contacts", params={"since": moment}).json()
    assert [record["id"] for record in found["contacts"]] == [6]
    offset = changed["last_updated"].replace("+0000", "+00:00")
    later = vendor.call("GET", "/v1/contacts", params={"since": offset, "until": moment}).json()
    assert later["count"] == 1


def test_put_finds_before_it_creates(vendor: Vendor) -> None:
    """By address, or by address and name."""
    joe = {"email_addresses": [{"email": "JOE@gmail.com", "field": "EMAIL1"}]}
    by_email = vendor.call("PUT", "/v1/contacts", json={**joe, "duplicate_option": "Email"})
    assert (by_email.status_code, by_email.json()["id"]) == (200, 6)
    by_name = vendor.call("PUT", "/v1/contacts", json={**joe, "given_name": "Other",
                          "duplicate_option": "EmailAndName"})  # fmt: skip
    assert by_name.status_code == 201


def test_tags_are_applied_and_removed(vendor: Vendor) -> None:
    """A map of outcomes, not the array that is described."""
    answer = vendor.call("POST", "/v1/contacts/6/tags", json={"tagIds": [93, 93, 7]})
    assert answer.json() == {"93": "DUPLICATE", "7": "TAG_ID_NOT_FOUND"}
    shown = vendor.call("GET", "/v1/contacts/6/tags").json()["tags"]
    assert shown[0]["tag"] == {"id": 93, "name": "Nurture", "category": "Customer Tags"}
    assert vendor.call("DELETE", "/v1/contacts/6/tags").status_code == 400
    assert vendor.call("DELETE", "/v1/contacts/6/tags?ids=93").status_code == 204
    assert vendor.call("GET", "/v1/contacts/6").json()["tag_ids"] == []
    listed = vendor.call("GET", "/v1/tags?name=News").json()
    assert listed["tags"][0]["category"] == {"id": 1, "name": "Customer Tags", "description": None}


def test_companies_profile_and_owner(vendor: Vendor) -> None:
    """What the account itself consists of."""
    made = vendor.call("POST", "/v1/companies", json={"company_name": "Rye & Co"})
    assert made.status_code == 201
    path = f"/v1/companies/{made.json()['id']}"
    vendor.call("PATCH", path, json={"website": "https://rye.example"})
    assert vendor.call("GET", path).json()["website"] == "https://rye.example"
    vendor.call("PUT", "/v1/account/profile", json={"phone": "1", "unknown": 2})
    profile = vendor.call("GET", "/v1/account/profile").json()
    assert profile["phone"] == "1"
    assert "unknown" not in profile
    assert vendor.call("GET", "/v1/oauth/connect/userinfo").json()["sub"] == "1"
    assert vendor.call("GET", "/v1/users").json()["users"][0]["id"] == 1


def test_the_front_speaks_html(vendor: Vendor) -> None:
    """404 for an unknown path, 400 for a GET with a body; 405 for an unknown verb is JSON."""
    unknown = vendor.call("GET", "/v1/nonsense")
    assert (unknown.status_code, unknown.headers["content-type"][:9]) == (404, "text/html")
    with_body = vendor.call("GET", "/v1/contacts", data="{}")
    assert (with_body.status_code, with_body.headers["content-type"][:9]) == (400, "text/html")
    assert vendor.call("DELETE", "/v1/users").status_code == 405
    assert requests.get(f"{vendor.url}/nowhere", timeout=5).status_code == 404


def test_every_answer_counts_against_the_quotas(vendor: Vendor) -> None:
    """Headers of all four; the call after the last is 429 in the captured words."""
    # Windows begin with the minute: none may end between the calls below.
    now = int(str(vendor.sim.post("clock", advanceSeconds=0)["nowMs"]))
    vendor.sim.post("clock", advanceSeconds=(60_000 - now % 60_000) / 1000)
    vendor.sim.post("limits", **{"enabled": True, "product-throttle": 2})
    first = vendor.call("GET", "/v1/contacts").headers
    for name in ("product-quota", "product-throttle", "tenant-quota", "tenant-throttle"):
        for part in ("limit", "time-unit", "interval", "available", "used"):
            assert f"x-keap-{name}-{part}" in first
    assert first["x-keap-product-throttle-available"] == "1"
    assert int(first["x-keap-product-quota-expiry-time"]) > 10**12
    assert first["x-keap-tenant-id"] == "sbx123.infusionsoft.com"
    vendor.call("GET", "/v1/contacts")
    throttled = vendor.call("GET", "/v1/contacts")
    assert throttled.status_code == 429
    assert throttled.json() == {
        "code": "429",
        "message": "Quota Exceeded",
        "status": "Request Throttled",
        "details": None,
    }
    vendor.sim.post("clock", advanceSeconds=60)
    assert vendor.call("GET", "/v1/contacts").status_code == 200


def test_who_refuses_nobody_never_says_that_nothing_is_left(vendor: Vendor) -> None:
    """With limits off calls are counted, and callers that keep to what they are told go on."""
    vendor.sim.post("limits", **{"enabled": False, "product-throttle": 1})
    answers = [vendor.call("GET", "/v1/tags") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200] * 3
    assert [answer.headers["x-keap-product-throttle-available"] for answer in answers] == ["1"] * 3


def test_a_key_has_quotas_of_its_own(vendor: Vendor) -> None:
    """Smaller ones, and its spike limit is told."""
    vendor.token = "KeapAK-sandbox"
    told = vendor.call("GET", "/v1/contacts").headers
    assert told["x-keap-product-throttle-limit"] == "240"
    assert told["x-keap-product-quota-limit"] == "30000"
    assert told["x-keap-product-spike-limit"] == "10ps"
    vendor.token = str(vendor.sim.post("grants")["access_token"])
    assert "x-keap-product-spike-limit" not in vendor.call("GET", "/v1/contacts").headers


def test_too_many_calls_in_a_second_are_refused(vendor: Vendor) -> None:
    """429 as for the other quotas; the next second is a new one."""
    vendor.sim.post("limits", **{"enabled": True, "product-spike": 0})
    refused = vendor.call("GET", "/v1/contacts")
    assert (refused.status_code, refused.json()["code"]) == (429, "429")
    vendor.sim.post("limits", **{"product-spike": 25})
    vendor.sim.post("clock", advanceSeconds=1)
    assert vendor.call("GET", "/v1/contacts").status_code == 200
