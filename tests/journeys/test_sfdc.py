"""Salesforce through the hub, over real sockets, as clients of the wire contract call it."""

from typing import Any
from urllib.parse import quote, urlencode

import pytest

from tests.conftest import CALLBACK, Sim
from tests.journeys.conftest import Caller
from valence.cli.calls import Form
from valence.cli.children import LocalHub
from valence.cli.visitor import consent
from valence.domain import Element
from valence.elements import Catalog
from valence.instances.clients import Configured

ELEMENT: Element = Catalog.load().require("sfdc")


@pytest.fixture(scope="module")
def sfdc(local_hub: LocalHub, sandbox_url: str) -> Caller:
    """A caller with an instance of the sandbox's org, as the org starts."""
    sim = Sim(sandbox_url).vendor("salesforce")
    return Caller(local_hub, sim).connected_to(ELEMENT)


def listed(caller: Caller, path: str, **query: str) -> list[dict[str, Any]]:
    answer = caller.call("GET", f"/hubs/crm{path}?{urlencode(query)}")
    assert answer.status == 200, answer.text
    return list(answer.json)


def acme(caller: Caller) -> str:
    return str(listed(caller, "/accounts", where="Name='Acme Bakery'")[0]["id"])


def upload(caller: Caller, path: str, text: str, *, method: str = "POST", **fields: str) -> Any:
    answer = caller.call(method, f"/hubs/crm{path}", Form(fields, {"file": text}))
    assert answer.status == 200, answer.text
    return answer.json


# -- records ---------------------------------------------------------------------------------------

RECORDS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "accounts": ({"name": "Churro's", "industry": "Retail"}, {"Phone": "1"}),
    "contacts": ({"lastName": "Ng", "EMAIL": "ng@ng.example"}, {"firstname": "Kim"}),
    "leads": ({"LastName": "Ryeman", "company": "Rye"}, {"Rating": "Hot"}),
    "opportunities": (
        {"Name": "Mixer", "stagename": "Prospecting", "CloseDate": "2027-01-31"},
        {"amount": 5.5},
    ),
    "campaigns": ({"Name": "Autumn"}, {"isActive": True}),
}


@pytest.mark.parametrize("path", RECORDS)
def test_a_record_lives(sfdc: Caller, path: str) -> None:
    """Created in any case of names, read, changed by PATCH and PUT, listed, deleted: all 200."""
    body, change = RECORDS[path]
    made = sfdc.call("POST", f"/hubs/crm/{path}", body)
    assert made.status == 200, made.text
    one = f"/hubs/crm/{path}/{made.json['id']}"
    read = sfdc.call("GET", one).json
    assert read["id"] == read["Id"] == made.json["id"]
    vendors = {name.lower(): value for name, value in read.items()}
    assert {name.lower(): vendors[name.lower()] for name in body} == {
        name.lower(): value for name, value in body.items()
    }
    for method, sent in (("PATCH", change), ("PUT", {**body, **change})):
        assert (sfdc.call(method, one, sent).status, sfdc.call(method, one, sent).text) == (
            200,
            "{}",
        )
    vendors = {name.lower(): value for name, value in sfdc.call("GET", one).json.items()}
    assert {name: vendors[name.lower()] for name in change} == change
    (found,) = listed(sfdc, f"/{path}", where=f"id='{made.json['id']}'")
    assert found == sfdc.call("GET", one).json
    assert sfdc.call("DELETE", one, raw=b"null").status == 200
    assert [sfdc.call(method, one, None).status for method in ("GET", "DELETE")] == [404, 404]
    assert listed(sfdc, f"/{path}", where=f"id='{made.json['id']}'") == []


@pytest.mark.parametrize("path", [*RECORDS, "users"])
@pytest.mark.parametrize("unknown", ["0", "-1", "001000000000zzzAAA"])
def test_an_unknown_id_is_404(sfdc: Caller, path: str, unknown: str) -> None:
    """Also where it is no id at all, on reading and on changing."""
    one = f"/hubs/crm/{path}/{unknown}"
    assert sfdc.call("GET", one).status == 404
    assert sfdc.call("PATCH", one, {}).status == 404


def test_a_bad_value_is_400(sfdc: Caller) -> None:
    """In the vendor's words; a malformed id in a body is a value, not a missing record."""
    for body, words in {
        "{}": "Required fields are missing: [LastName]",
        '{"LastName": "A", "AccountId": "x"}': "id value of incorrect type: x",
        '{"LastName": "A", "Shoe": 1}': "No such column 'Shoe'",
        '{"LastName": "A", "lastname": "B"}': "twice",
    }.items():
        answer = sfdc.call("POST", "/contacts", raw=body.encode())
        assert answer.status == 400
        assert words in answer.json["message"]


# -- where, orderBy, fields ------------------------------------------------------------------------

NAMES = ["Acme Bakery", "Mill & Sons", "O'Hara's Inn"]
CLAUSES = {
    "Name='O''Hara''s Inn'": [2],
    "name = 'acme bakery'": [0],
    "Name like 'A%' or Rating = 'Warm'": [0, 2],
    "Name like '%_%'": [],
    "industry in ('Retail', 'Other')": [1, 2],
    "industry not in ('Retail', 'Other')": [0],
    "Rating is null and Name != 'Acme Bakery'": [1],
    "NumberOfEmployees > '41' and AnnualRevenue <= 1200000": [0],
    "LastModifiedDate>'2018-01-01'": [0, 1, 2],
    "LastModifiedDate>'2018-01-15T00:00:00.000-0700' and IsDeleted = 'false'": [0, 1, 2],
    "LastModifiedDate<'2018-01-01'": [],
    "Parent.Name='Acme Bakery'": [1],
    "email=''": None,
    "Description = 'x'": None,
    "AnnualRevenue = 'x'": None,
    "Id = '0'": None,
    "Name = 'a": None,
}


@pytest.mark.parametrize("where", CLAUSES)
def test_where_finds(sfdc: Caller, where: str) -> None:
    """What it says; or 400, where the field is not there or cannot be compared."""
    scope = f"({where}) and Name in ('Acme Bakery', 'Mill & Sons', 'O''Hara''s Inn')"
    expected = CLAUSES[where]
    query = urlencode({"where": scope if expected is not None else where, "orderBy": "name"})
    answer = sfdc.call("GET", f"/accounts?{query}")
    if expected is None:
        assert answer.status == 400
    else:
        assert [record["Name"] for record in answer.json] == [NAMES[place] for place in expected]


def test_an_unparsable_where_says_so(sfdc: Caller) -> None:
    """With the words clients look for."""
    answer = sfdc.call("GET", "/accounts?where=" + quote("Name =="))
    assert answer.status == 400
    assert "Error parsing query" in answer.json["message"]


def test_an_empty_text_finds_what_has_none(sfdc: Caller) -> None:
    """As clients ask for contacts without an address."""
    made = sfdc.call("POST", "/contacts", {"LastName": "Noaddress"}).json["id"]
    found = listed(sfdc, "/contacts", where="email=''")
    assert [record["Id"] for record in found] == [made]
    assert sfdc.call("DELETE", f"/contacts/{made}").status == 200


def test_lists_are_ordered_and_cut_to_fields(sfdc: Caller) -> None:
    """By any field of the vendor's; fields of a related record as well."""
    found = listed(sfdc, "/accounts", orderBy="Name desc", fields="id, name, Parent.Name")
    assert [record["Name"] for record in found][-3:] == NAMES[::-1]
    mill = next(record for record in found if record["Name"] == "Mill & Sons")
    assert mill == {
        "id": mill["id"],
        "Id": mill["id"],
        "Name": "Mill & Sons",
        "Parent": {"Name": "Acme Bakery"},
    }


def test_nulls_are_left_out_or_kept(sfdc: Caller) -> None:
    """As the instance is configured; a full list has every field of the object."""
    first = listed(sfdc, "/accounts", pageSize="1")[0]
    assert "Fax" not in first
    other = sfdc.connected_to(
        ELEMENT, configuration={**ELEMENT.sandbox_account, "filter.response.nulls": "false"}
    )
    whole = listed(other, "/accounts", pageSize="1")[0]
    assert whole["Fax"] is None
    assert {name for name, value in whole.items() if value is not None} == set(first)


# -- pages -----------------------------------------------------------------------------------------


def test_pages_are_slices_of_one_order(sfdc: Caller) -> None:
    """Page 1 and page 2 are the double page; by number and by token alike."""
    sfdc.sim.post("seed", contacts=8)
    whole = listed(sfdc, "/contacts", pageSize="8")
    assert len(whole) == 8
    assert (
        listed(sfdc, "/contacts", pageSize="4") + listed(sfdc, "/contacts", pageSize="4", page="2")
        == whole
    )
    seen, token = [], ""
    for _ in range(8):
        answer = sfdc.call("GET", f"/contacts?pageSize=1&nextPage={token}")
        seen += answer.json
        token = answer.headers["elements-next-page-token"]
    assert seen == whole


def test_long_lists_are_walked_to_their_end(sfdc: Caller) -> None:
    """Past the 2000 that the vendor counts: nothing twice, nothing lost, and no page number."""
    sfdc.sim.post("seed", invoices=2100)
    for size in (2000, 700):
        seen, token = [], ""
        while True:
            answer = sfdc.call("GET", f"/Invoice__c?fields=Id&pageSize={size}&nextPage={token}")
            assert answer.status == 200, answer.text
            seen += [record["Id"] for record in answer.json]
            token = answer.headers.get("elements-next-page-token", "")
            if not token:
                break
            assert len(answer.json) == size
        assert seen == sorted(set(seen))
        assert len(seen) >= 2101
    last = sfdc.call("GET", "/Invoice__c?fields=Id&pageSize=500&page=5")
    assert [record["Id"] for record in last.json] == seen[2000:]
    too_far = sfdc.call("GET", "/Invoice__c?pageSize=500&page=6")
    assert (too_far.status, too_far.json["code"]) == (400, "page-too-deep")


# -- discovery -------------------------------------------------------------------------------------


def test_objects_and_their_fields(sfdc: Caller) -> None:
    """The hub's names and the org's; fields by either name, in any case, from the description."""
    names = sfdc.call("GET", "/hubs/crm/objects").json
    assert {"Account", "accounts", "Invoice__c"} <= set(names)
    helium = sfdc.call("GET", "/objects", headers={"Elements-Version": "Helium"}).json
    assert {"name": "contacts", "vendorName": "Contact", "type": "ceCanonical"} in helium
    assert {"name": "Invoice__c", "vendorName": "Invoice__c", "type": "vendor"} in helium
    metadata = {
        path: sfdc.call("GET", f"/hubs/crm/objects/{path}").json
        for path in ("contact/metadata", "contacts/metadata", "contacts/metadata?useModels=true")
    }
    (fields,) = {str(one): one["fields"] for one in metadata.values()}.values()
    for field in fields:
        assert {"filterable", "createable", "updateable"} <= set(field)
        assert ("picklistValues" in field) is (field["vendorNativeType"] == "picklist")
    by_name = {field["vendorPath"]: field for field in fields}
    assert by_name["Salutation"]["picklistValues"][0] == {"displayValue": "Mr.", "value": "Mr."}
    assert (by_name["Email"]["createable"], by_name["Email"]["updateable"]) == (True, True)
    assert by_name["CreatedDate"]["vendorReadOnly"] is True
    assert by_name["Description"]["filterable"] is False
    custom = sfdc.call("GET", "/objects/Contact/metadata?customFieldsOnly=true").json["fields"]
    assert [field["vendorPath"] for field in custom] == ["Languages__c"]
    assert sfdc.call("GET", "/objects/nothing/metadata").status == 404
    assert sfdc.call("GET", "/Nothing").status == 404
    assert sfdc.call("GET", "/ping").json["endpoint"] == "sfdc"


def test_any_object_by_its_own_name(sfdc: Caller) -> None:
    """Raw, without the hub's id; names in any case all the same; children by relationship."""
    account = acme(sfdc)
    raw = sfdc.call("GET", f"/Account/{account}").json
    assert raw["Id"] == account
    assert "id" not in raw
    assert "id" not in listed(sfdc, "/Account", pageSize="1")[0]
    made = sfdc.call("POST", "/invoice__c", {"name": "INV-X", "AMOUNT__C": 3.5}).json["id"]
    where = "amount__c = '3.5' and Due__c = '' and paid__c = false"
    assert [one["Id"] for one in listed(sfdc, "/Invoice__c", where=where)] == [made]
    assert sfdc.call("PATCH", f"/Invoice__c/{made}", {"due__c": "2026-05-01"}).status == 200
    assert sfdc.call("GET", f"/Invoice__c/{made}").json["Due__c"] == "2026-05-01"
    assert sfdc.call("DELETE", f"/Invoice__c/{made}").status == 200
    people = listed(sfdc, f"/Account/{account}/Contacts")
    assert {one["AccountId"] for one in people} == {account}


# -- what hangs on records -------------------------------------------------------------------------

BELOW = {
    "activities": {"Subject": "Call", "ActivityDateTime": "2026-05-01T10:00:00Z", "DurationInMinutes": 30},
    "notes": {"Title": "Remember", "body": "Rye"},
    "tasks": {"Subject": "Send", "priority": "High"},
}  # fmt: skip


@pytest.mark.parametrize("parent", ["accounts", "contacts", "leads", "opportunities"])
@pytest.mark.parametrize("kind", BELOW)
def test_activities_notes_and_tasks(sfdc: Caller, parent: str, kind: str) -> None:
    """Created under a record, found there alone, read, changed, deleted."""
    if (parent, kind) == ("opportunities", "tasks"):
        assert sfdc.call("GET", "/opportunities/x/tasks").status in (400, 404)
        return
    first, second = (record["id"] for record in listed(sfdc, f"/{parent}", pageSize="2"))
    body = BELOW[kind]
    made = sfdc.call("POST", f"/{parent}/{first}/{kind}", body)
    assert made.status == 200, made.text
    one = f"/{parent}/{first}/{kind}/{made.json['id']}"
    assert made.json["id"] in [one["id"] for one in listed(sfdc, f"/{parent}/{first}/{kind}")]
    assert made.json["id"] not in [one["id"] for one in listed(sfdc, f"/{parent}/{second}/{kind}")]
    name = "Title" if kind == "notes" else "Subject"
    found = listed(sfdc, f"/{parent}/{first}/{kind}", where=f"Id='{made.json['id']}'")
    assert [one[name] for one in found] == [body[name]]
    assert sfdc.call("PATCH", one, body).status == 200
    assert sfdc.call("GET", one).json["id"] == made.json["id"]
    assert sfdc.call("DELETE", one).status == 200
    assert sfdc.call("GET", one).status == 404


def test_files_and_their_versions(sfdc: Caller) -> None:
    """Uploaded, described, versioned, downloaded, deleted; in the vendor's names."""
    made = upload(
        sfdc, "/files?" + urlencode({"pathOnClient": "/rye.txt", "description": "Old"}), "v1"
    )
    assert (made["Description"], made["Title"], "id" in made) == ("Old", "rye", False)
    file = f"/files/{made['Id']}"
    assert listed(sfdc, "/files", where=f"Id='{made['Id']}'", pageSize="1") == [made]
    renamed = sfdc.call("PATCH", f"{file}/metadata", {"Title": "Rye bread"}).json
    assert (renamed["Id"], renamed["Title"]) == (made["Id"], "Rye bread")
    query = urlencode({"pathOnClient": "/rye.txt", "description": "New", "reason": "Better"})
    version = upload(sfdc, f"{file}/versions?{query}", "v2")
    assert (version["Description"], version["ReasonForChange"]) == ("New", "Better")
    assert len(listed(sfdc, f"{file}/versions")) == 2
    assert sfdc.call("GET", f"{file}/versions/latest-version").text == "v2"
    latest = sfdc.call("GET", f"{file}/versions/latest-version/metadata").json
    assert (latest["Id"], latest["ContentDocumentId"]) == (version["Id"], made["Id"])
    path = f"{file}/versions/{version['Id']}/metadata"
    assert sfdc.call("PATCH", path, {"description": "Newer"}).json["Description"] == "Newer"
    assert sfdc.call("GET", path).json["Description"] == "Newer"
    assert sfdc.call("DELETE", file).status == 200
    assert sfdc.call("GET", f"{file}/metadata").status == 404


def test_files_of_records(sfdc: Caller) -> None:
    """Uploaded and linked at once, or an existing one linked; listed as links and as files."""
    account = acme(sfdc)
    link = upload(sfdc, f"/accounts/{account}/files", "menu")
    assert link["LinkedEntityId"] == account
    lead = listed(sfdc, "/leads", pageSize="1")[0]["id"]
    again = sfdc.call("POST", f"/leads/{lead}/files/{link['ContentDocumentId']}")
    assert (again.status, again.json["LinkedEntityId"]) == (200, lead)
    assert again.json["ContentDocumentId"] == link["ContentDocumentId"]
    links = listed(sfdc, f"/leads/{lead}/files")
    assert [one["ContentDocumentId"] for one in links] == [link["ContentDocumentId"]]
    (detail,) = listed(sfdc, f"/leads/{lead}/files/details")
    assert detail["Title"] == "file"  # the name of the part's own file, file.txt
    assert detail["LatestPublishedVersionId"].startswith("068")
    assert sfdc.call("DELETE", f"/files/{link['ContentDocumentId']}").status == 200


def test_a_file_that_cannot_be_linked_is_not_kept(sfdc: Caller) -> None:
    """400, and as many documents as before."""
    before = listed(sfdc, "/files")
    path = f"/ContentDocument/{before[0]['Id']}/files"
    assert sfdc.call("POST", path, Form({}, {"file": "x"})).status == 400
    assert sfdc.call("POST", f"{path}/{before[0]['Id']}").status == 400
    assert listed(sfdc, "/files") == before


def test_attachments_and_documents(sfdc: Caller) -> None:
    """Up by form, down as bytes, changed with and without new bytes."""
    account = acme(sfdc)
    made = upload(sfdc, f"/Account/{account}/attachments", "rye", Description="Bread")
    one = f"/attachments/{made['id']}"
    read = sfdc.call("GET", one).json
    assert (read["id"], read["Name"], read["Description"]) == (made["id"], "file.txt", "Bread")
    assert made["id"] in [part["id"] for part in listed(sfdc, f"/accounts/{account}/attachments")]
    upload(sfdc, one, "wheat", method="PATCH", Name="wheat.txt")
    assert sfdc.call("GET", f"{one}/data").text == "wheat"
    assert sfdc.call("PATCH", one, {"Name": "w.txt"}).status == 200
    assert sfdc.call("GET", one).json["Name"] == "w.txt"
    assert sfdc.call("DELETE", one).status == 200
    assert sfdc.call("GET", one).status == 404
    document = listed(sfdc, "/Document", where="Name='Recipe'")[0]["Id"]
    assert sfdc.call("GET", f"/Document/{document}/data").text == "Flour, water, salt, time"


def test_users_and_reports(sfdc: Caller) -> None:
    """Who authorized; no user is deleted; reports are run and described."""
    me = sfdc.call("GET", "/users/me").json
    assert me["Username"].startswith("demo@")
    assert me["id"] == listed(sfdc, "/users", where=f"Username='{me['Username']}'")[0]["id"]
    assert sfdc.call("PATCH", f"/users/{me['id']}", {"title": "Owner"}).status == 200
    assert sfdc.call("GET", f"/users/{me['id']}").json["Title"] == "Owner"
    assert sfdc.call("DELETE", f"/users/{me['id']}").status in (404, 405)
    (report,) = listed(sfdc, "/reports", where="Name='All accounts'")
    run = sfdc.call("GET", f"/reports/{report['id']}").json
    assert run["factMap"]["T!T"]["aggregates"][0]["value"] >= 3
    described = sfdc.call("GET", f"/reports/{report['id']}/metadata").json
    assert described["reportMetadata"]["name"] == "All accounts"
    assert sfdc.call("GET", "/reports/0").status == 404


# -- connecting ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("site", "host"),
    [
        ({}, "login.salesforce.com"),
        ({"site.address": "test.salesforce.com"}, "test.salesforce.com"),
    ],
)
def test_owners_log_in_at_their_site(site: dict[str, str], host: str) -> None:
    """The usual one, or the org's own; every address of OAuth is there."""
    for key, path in {
        "oauth.authorization.url": "authorize",
        "oauth.token.url": "token",
        "oauth.token.refresh_url": "token",
        "oauth.token.revoke_url": "revoke",
    }.items():
        assert Configured(ELEMENT, site).endpoint(key) == f"https://{host}/services/oauth2/{path}"


def test_a_wrong_secret_makes_no_instance(sfdc: Caller) -> None:
    """The vendor's refusal is told, and nothing is stored."""
    query = urlencode({"apiKey": "sandbox-client", "callbackUrl": CALLBACK})
    back = consent(sfdc.call("GET", f"/elements/sfdc/oauth/url?{query}").json["oauthUrl"])
    wrong = {**ELEMENT.sandbox_account, "oauth.api.secret": "wrong"}
    body = {
        "element": {"key": "sfdc"},
        "name": "Wrong",
        "configuration": wrong,
        "providerData": {"code": back["code"]},
    }
    before = len(sfdc.call("GET", "/instances").json)
    answer = sfdc.call("POST", "/instances", body)
    assert 400 <= answer.status < 500, answer.text
    assert len(sfdc.call("GET", "/instances").json) == before


def test_expired_tokens_are_renewed_and_revoked_ones_are_not(sfdc: Caller) -> None:
    """The refresh token stays the same over many refreshes; an ended grant is the owner's matter."""
    caller = sfdc.connected_to(ELEMENT)
    for _ in range(2):
        caller.sim.post("expire")
        assert caller.call("GET", "/accounts?pageSize=1").status == 200
    used_up = caller.sim.get("stats")["tokenCalls"]["succeeded"]["refresh_token"]
    assert used_up >= 2
    caller.sim.post("revoke")
    assert caller.call("GET", "/accounts?pageSize=1").status == 401


def test_used_up_limits_are_429(local_hub: LocalHub, sandbox_url: str) -> None:
    """The vendor says so with 403."""
    sim = Sim(sandbox_url).vendor("salesforce")
    caller = Caller(local_hub, sim).connected_to(ELEMENT)
    sim.post("limits", enabled=True, api=1)
    answer = caller.call("GET", "/accounts?pageSize=1")
    assert (answer.status, answer.json["retryable"]) == (429, True)
    sim.post("reset")
    sim.post("limits", enabled=False)
