"""Salesforce as the sandbox plays it: OAuth, records, SOQL, describe, files, reports."""

import json
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from tests.conftest import CALLBACK, Sim
from valence.cli.visitor import consent
from valence_sandbox.vendors.salesforce import ids
from valence_sandbox.vendors.salesforce.soql import Malformed, parse

V = "/services/data/v60.0"


@dataclass
class Org:
    """An org as an application sees it."""

    url: str
    sim: Sim
    token: str

    def call(self, method: str, path: str, **more: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.token}", **more.pop("headers", {})}
        address = path if path.startswith("http") else f"{self.url}{V}{path}"
        return requests.request(method, address, headers=headers, timeout=10, **more)

    def rows(self, soql: str) -> list[dict[str, Any]]:
        found = self.call("GET", "/query", params={"q": soql})
        assert found.status_code == 200, found.text
        return list(found.json()["records"])

    def made(self, sobject: str, **values: Any) -> str:
        made = self.call("POST", f"/sobjects/{sobject}", json=values)
        assert made.status_code == 201, made.text
        return str(made.json()["id"])

    def refused(self, method: str, path: str, **more: Any) -> tuple[int, str, list[str] | None]:
        answer = self.call(method, path, **more)
        (said,) = answer.json()
        assert set(said) <= {"message", "errorCode", "fields"}
        return answer.status_code, said["errorCode"], said.get("fields")


@pytest.fixture
def org(sim: Sim) -> Org:
    """The first org as it starts, with an access token."""
    salesforce = sim.vendor("salesforce")
    granted = salesforce.post("grants", scopes=["full", "refresh_token"])
    return Org(f"{sim.url}/salesforce", salesforce, str(granted["access_token"]))


def test_ids_say_their_case_in_three_more_characters() -> None:
    """An id of the vendor's documentation; a wrong ending is no id."""
    assert ids.whole("001D000000IqhSL") == "001D000000IqhSLIAZ"
    assert ids.read("001D000000IqhSL") == ids.read("001D000000IqhSLIAZ") == "001D000000IqhSLIAZ"
    assert ids.read("001D000000IqhSLIAA") is None
    assert [ids.read(bad) for bad in ("", "0", "001D000000IqhS!", None, 7)] == [None] * 5


# -- OAuth -----------------------------------------------------------------------------------------


def _exchange(org: Org, **changed: str) -> requests.Response:
    query = {"response_type": "code", "client_id": "sandbox-client", "redirect_uri": CALLBACK}
    address = f"{org.url}/services/oauth2/authorize"
    prepared = requests.Request("GET", address, params={**query, "state": "s"}).prepare()
    form = {
        "grant_type": "authorization_code",
        "client_id": "sandbox-client",
        "client_secret": "sandbox-secret",
        "redirect_uri": CALLBACK,
        "code": consent(str(prepared.url))["code"],
        **changed,
    }
    return requests.post(f"{org.url}/services/oauth2/token", data=form, timeout=10)


def test_tokens_name_the_org_and_no_lifetime(org: Org) -> None:
    """A refresh keeps the refresh token and does not answer one."""
    pair = _exchange(org).json()
    assert "expires_in" not in pair
    assert pair["instance_url"] == org.url
    assert pair["id"].startswith(f"{org.url}/id/00D")
    form = {
        "grant_type": "refresh_token",
        "client_id": "sandbox-client",
        "client_secret": "sandbox-secret",
        "refresh_token": pair["refresh_token"],
    }
    for _ in range(2):
        again = requests.post(f"{org.url}/services/oauth2/token", data=form, timeout=10).json()
        assert "refresh_token" not in again
        assert again["access_token"] != pair["access_token"]


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"client_id": "nobody"}, "invalid_client_id"),
        ({"client_secret": "wrong"}, "invalid_client_id"),
        ({"code": "wrong"}, "invalid_grant"),
        ({"redirect_uri": "https://other.example/"}, "redirect_uri_mismatch"),
        ({"grant_type": "magic"}, "unsupported_grant_type"),
    ],
)
def test_the_token_endpoint_refuses(org: Org, changed: dict[str, str], error: str) -> None:
    """Always with 400."""
    answer = _exchange(org, **changed)
    assert (answer.status_code, answer.json()["error"]) == (400, error)


@pytest.mark.parametrize("state", ["wrong", "expired", "revoked"])
def test_a_bad_session_is_refused(org: Org, state: str) -> None:
    """An array with one error."""
    if state == "wrong":
        org.token = "wrong"
    else:
        org.sim.post({"expired": "expire", "revoked": "revoke"}[state])
    assert org.refused("GET", "/limits") == (401, "INVALID_SESSION_ID", None)


# -- records ---------------------------------------------------------------------------------------


def test_a_record_lives(org: Org) -> None:
    """Created, read, changed, deleted; times and owner are the vendor's."""
    made = org.call("POST", "/sobjects/Contact", json={"LastName": "Ng", "Email": "ng@ng.example"})
    assert made.json() == {"id": made.json()["id"], "success": True, "errors": []}
    path = f"/sobjects/Contact/{made.json()['id']}"
    read = org.call("GET", path).json()
    assert (read["Name"], read["FirstName"], read["Email"]) == ("Ng", None, "ng@ng.example")
    assert read["attributes"]["type"] == "Contact"
    assert read["attributes"]["url"].endswith(f"/services/data/v60.0{path}")
    assert read["CreatedDate"] == read["LastModifiedDate"]
    assert read["CreatedDate"].endswith("+0000")
    assert read["OwnerId"].startswith("005")
    changed = org.call("PATCH", path, json={"FirstName": "Kim"})
    assert (changed.status_code, changed.content) == (204, b"")
    assert org.call("GET", path, params={"fields": "Name"}).json()["Name"] == "Kim Ng"
    assert org.call("DELETE", path).status_code == 204
    assert org.refused("GET", path) == (404, "ENTITY_IS_DELETED", [])
    assert org.refused("DELETE", path) == (404, "ENTITY_IS_DELETED", [])


REFUSED_BODIES: dict[str, tuple[str, dict[str, Any], str, list[str] | None]] = {
    "required": ("Contact", {"FirstName": "A"}, "REQUIRED_FIELD_MISSING", ["LastName"]),
    "required, many": (
        "Opportunity",
        {},
        "REQUIRED_FIELD_MISSING",
        ["Name", "StageName", "CloseDate"],
    ),
    "unknown field": ("Account", {"Name": "A", "Colour": "red"}, "INVALID_FIELD", None),
    "wrong case": ("Account", {"name": "A"}, "INVALID_FIELD", None),
    "read only": (
        "Account",
        {"Name": "A", "CreatedDate": "2020-01-01T00:00:00Z"},
        "INVALID_FIELD_FOR_INSERT_UPDATE",
        ["CreatedDate"],
    ),
    "id": ("Account", {"Id": "x", "Name": "A"}, "INVALID_FIELD", None),
    "too long": ("Account", {"Name": "A" * 256}, "STRING_TOO_LONG", ["Name"]),
    "no address": ("Contact", {"LastName": "A", "Email": "x"}, "INVALID_EMAIL_ADDRESS", ["Email"]),
    "restricted": (
        "Account",
        {"Name": "A", "Tier__c": "Tin"},
        "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
        ["Tier__c"],
    ),
    "no id": ("Contact", {"LastName": "A", "AccountId": "x"}, "MALFORMED_ID", ["AccountId"]),
    "id of another object": (
        "Contact",
        {"LastName": "A", "AccountId": ids.whole("005000000000001")},
        "MALFORMED_ID",
        ["AccountId"],
    ),
    "id of nobody": (
        "Contact",
        {"LastName": "A", "AccountId": ids.whole("001000000000zzz")},
        "INVALID_CROSS_REFERENCE_KEY",
        [],
    ),
    "no number": ("Account", {"Name": "A", "AnnualRevenue": "much"}, "JSON_PARSER_ERROR", None),
    "no date": ("Contact", {"LastName": "A", "Birthdate": "soon"}, "JSON_PARSER_ERROR", None),
    "object for text": ("Account", {"Name": {}}, "JSON_PARSER_ERROR", None),
    "event without time": (
        "Event",
        {"Subject": "A"},
        "REQUIRED_FIELD_MISSING",
        ["ActivityDateTime", "DurationInMinutes"],
    ),
    "not made by hand": (
        "ContentDocument",
        {"Title": "A"},
        "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
        [],
    ),
}


@pytest.mark.parametrize("case", REFUSED_BODIES)
def test_a_body_is_refused(org: Org, case: str) -> None:
    """With 400, the code and the fields."""
    name, body, code, fields = REFUSED_BODIES[case]
    assert org.refused("POST", f"/sobjects/{name}", json=body) == (400, code, fields)


def test_case_of_field_names_is_a_switch(org: Org) -> None:
    """The documentation does not say; callers should do right either way."""
    org.sim.post("switches", field_case="free")
    made = org.made("Account", name="Loaf")
    assert org.call("GET", f"/sobjects/account/{made}").json()["Name"] == "Loaf"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/sobjects/Account/0", (400, "MALFORMED_ID", ["Id"])),
        (f"/sobjects/Account/{ids.whole('003000000000001')}", (400, "MALFORMED_ID", ["Id"])),
        (f"/sobjects/Account/{ids.whole('001000000000zzz')}", (404, "NOT_FOUND", None)),
        ("/sobjects/Nothing/0", (404, "NOT_FOUND", None)),
        ("/nothing", (404, "NOT_FOUND", None)),
    ],
)
@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_what_is_not_there_is_refused(
    org: Org, method: str, path: str, expected: tuple[int, str, list[str] | None]
) -> None:
    """Ids that are none, of another object, of nobody; objects and addresses."""
    assert org.refused(method, path) == expected


def test_unknown_versions_are_refused(org: Org) -> None:
    """The version is a part of the address."""
    for version in ("v99.0", "v1.0", "60"):
        address = f"{org.url}/services/data/{version}/limits"
        assert org.refused("GET", address) == (404, "NOT_FOUND", None)
    assert requests.get(f"{org.url}/services/data", timeout=10).json()[-1]["version"] == "62.0"


def test_what_follows_from_values(org: Org) -> None:
    """Stages close and have a probability, events end, tasks close."""
    deal = org.made("Opportunity", Name="A", StageName="Closed Won", CloseDate="2026-01-01")
    read = org.call("GET", f"/sobjects/Opportunity/{deal}").json()
    assert (read["IsWon"], read["IsClosed"], read["Probability"]) == (True, True, 100.0)
    event = org.made("Event", ActivityDateTime="2026-01-01T10:00:00+01:00", DurationInMinutes=30)
    read = org.call("GET", f"/sobjects/Event/{event}").json()
    assert read["EndDateTime"] == "2026-01-01T09:30:00.000+0000"
    address = org.rows("SELECT BillingAddress FROM Account WHERE Name = 'Acme Bakery'")
    assert address[0]["BillingAddress"]["city"] == "Leeds"


def test_usage_is_told_and_ends(org: Org) -> None:
    """In a header of every answer; what is used up is 403."""
    org.sim.post("reset")
    org.token = str(org.sim.post("grants", scopes=["full"])["access_token"])
    assert org.call("GET", "/limits").headers["Sforce-Limit-Info"] == "api-usage=1/15000"
    org.sim.post("limits", enabled=True, api=2)
    for _ in range(2):
        assert org.call("GET", "/limits").status_code == 200
    assert org.refused("GET", "/limits") == (403, "REQUEST_LIMIT_EXCEEDED", None)


# -- SOQL ------------------------------------------------------------------------------------------

CONDITIONS = {
    "Name = 'acme bakery'": ["Acme Bakery"],
    "Name = 'O\\'Hara\\'s Inn'": ["O'Hara's Inn"],
    "Name != 'Acme Bakery'": ["Mill & Sons", "O'Hara's Inn"],
    "Name LIKE 'a%'": ["Acme Bakery"],
    "Name LIKE '%s%' AND Industry = 'Retail'": ["Mill & Sons"],
    "Name LIKE 'Acme_Bakery'": ["Acme Bakery"],
    "Name LIKE 'Acme\\_Bakery'": [],
    "(NOT Name LIKE 'a%') AND Rating = null": ["Mill & Sons"],
    "NOT (Rating = null)": ["O'Hara's Inn"],
    "Rating != null": ["O'Hara's Inn"],
    "Rating = ''": ["Acme Bakery", "Mill & Sons"],
    "Industry IN ('Retail', 'Other')": ["Mill & Sons", "O'Hara's Inn"],
    "Industry NOT IN ('Retail', 'Other')": ["Acme Bakery"],
    "NumberOfEmployees > 41.5": ["Acme Bakery"],
    "NumberOfEmployees < 1000": ["Acme Bakery"],
    "IsDeleted = false AND (Name = 'Mill & Sons' OR Rating = 'Warm')": [
        "Mill & Sons",
        "O'Hara's Inn",
    ],
    "Parent.Name = 'Acme Bakery'": ["Mill & Sons"],
    "Owner.Profile.Name = 'Nobody'": [],
    "CreatedDate > 2000-01-01T00:00:00Z": ["Acme Bakery", "Mill & Sons", "O'Hara's Inn"],
    "CreatedDate > 2100-01-01T00:00:00.000+02:00": [],
    "account.name = 'Mill & Sons'": ["Mill & Sons"],
}


@pytest.mark.parametrize("condition", CONDITIONS)
def test_a_condition_finds(org: Org, condition: str) -> None:
    """What it says, no more and no less."""
    rows = org.rows(f"SELECT Name FROM Account WHERE {condition} ORDER BY Name")
    assert [row["Name"] for row in rows] == CONDITIONS[condition]


REFUSED_QUERIES = {
    "SELECT Name": "MALFORMED_QUERY",
    "SELECT * FROM Account": "MALFORMED_QUERY",
    "SELECT Name FROM Account WHERE": "MALFORMED_QUERY",
    "SELECT Name FROM Account WHERE Name = 'a": "MALFORMED_QUERY",
    "SELECT Name FROM Account WHERE Name = 'O''Hara'": "MALFORMED_QUERY",
    "SELECT Name FROM Account WHERE Name = 'a\\q'": "MALFORMED_QUERY",
    "SELECT Name FROM Account WHERE Name = a": "MALFORMED_QUERY",
    "SELECT Name FROM Account WHERE Name = 'a' AND Site = 'b' OR Fax = 'c'": "MALFORMED_QUERY",
    "SELECT Name FROM Account LIMIT x": "MALFORMED_QUERY",
    "SELECT Name FROM Account OFFSET 1 LIMIT 1": "MALFORMED_QUERY",
    "SELECT Name FROM Account; DELETE": "MALFORMED_QUERY",
    "SELECT FIELDS(ALL) FROM Account": "MALFORMED_QUERY",
    "SELECT FIELDS(ALL) FROM Account LIMIT 201": "MALFORMED_QUERY",
    "SELECT Id FROM ContentDocumentLink": "MALFORMED_QUERY",
    "SELECT Name FROM Nothing": "INVALID_TYPE",
    "SELECT Nothing FROM Account": "INVALID_FIELD",
    "SELECT Boss.Name FROM Account": "INVALID_FIELD",
    "SELECT Name, name FROM Account": "INVALID_FIELD",
    "SELECT Name FROM Account ORDER BY Description": "INVALID_FIELD",
    "SELECT Name FROM Account WHERE Description = 'a'": "INVALID_FIELD",
    "SELECT Name FROM Account WHERE CreatedDate > '2020-01-01T00:00:00Z'": "INVALID_FIELD",
    "SELECT Name FROM Account WHERE CreatedDate > 2020-01-01": "INVALID_FIELD",
    "SELECT Name FROM Contact WHERE Birthdate > 2020-01-01T00:00:00Z": "INVALID_FIELD",
    "SELECT Name FROM Account WHERE Name = 1": "INVALID_FIELD",
    "SELECT Name FROM Account WHERE AnnualRevenue = '1'": "INVALID_FIELD",
    "SELECT Name FROM Account WHERE IsDeleted = 'false'": "INVALID_FIELD",
    "SELECT Name FROM Account WHERE Id = '0'": "INVALID_QUERY_FILTER_OPERATOR",
    "SELECT Name FROM Account WHERE AnnualRevenue LIKE '1%'": "INVALID_FIELD",
    "SELECT Name FROM Account WHERE Id LIKE '001%'": "INVALID_QUERY_FILTER_OPERATOR",
    "SELECT Name FROM Account WHERE Name > null": "INVALID_QUERY_FILTER_OPERATOR",
    "SELECT Name FROM Account OFFSET 2001": "NUMBER_OUTSIDE_VALID_RANGE",
}


@pytest.mark.parametrize("soql", REFUSED_QUERIES)
def test_a_query_is_refused(org: Org, soql: str) -> None:
    """As strictly as the vendor does."""
    assert org.refused("GET", "/query", params={"q": soql})[:2] == (400, REFUSED_QUERIES[soql])


def test_queries_do_not_nest_without_end() -> None:
    """Parentheses and negations alike."""
    for opened, closed in (("(" * 200, ")" * 200), ("NOT " * 200, "")):
        with pytest.raises(Malformed):
            parse(f"SELECT Id FROM Account WHERE {opened}Name = 'a'{closed}")


def test_fields_come_through_relationships(org: Org) -> None:
    """Nested under the relationship's name; null where it leads nowhere."""
    soql = "SELECT name, Parent.Name, Parent.Owner.Email FROM Account ORDER BY Name"
    acme, mill, _ = org.rows(soql)
    assert acme["Parent"] is None
    assert mill["Parent"]["Name"] == "Acme Bakery"
    assert mill["Parent"]["Owner"]["Email"].startswith("demo@")
    assert set(mill) == {"attributes", "Name", "Parent"}


def test_orders_put_nulls_first_or_last(org: Org) -> None:
    """First where nothing else is said, ascending; last, descending."""
    for order, expected in {
        "NumberOfEmployees": [None, None, 42],
        "NumberOfEmployees NULLS LAST": [42, None, None],
        "NumberOfEmployees DESC": [42, None, None],
        "NumberOfEmployees DESC NULLS FIRST": [None, None, 42],
    }.items():
        rows = org.rows(f"SELECT NumberOfEmployees FROM Account ORDER BY {order}, Id")
        assert [row["NumberOfEmployees"] for row in rows] == expected, order


def test_batches_lead_to_the_end(org: Org) -> None:
    """Every record once; a smaller batch may be asked for, but not below 200."""
    org.sim.post("seed", accounts=2100)
    for asked, sizes in {None: [2000, 103], "batchSize=1000": [1000, 1000, 103]}.items():
        headers = {"Sforce-Query-Options": asked} if asked else {}
        answer = org.call(
            "GET", "/query", params={"q": "SELECT Id FROM Account ORDER BY Id"}, headers=headers
        ).json()
        found = [answer["records"]]
        while not answer["done"]:
            host = org.url.removesuffix("/salesforce")
            answer = org.call("GET", host + answer["nextRecordsUrl"]).json()
            found.append(answer["records"])
        assert [len(batch) for batch in found] == sizes
        every = [row["Id"] for batch in found for row in batch]
        assert every == sorted(set(every))
        assert answer["totalSize"] == len(every) == 2103
    assert org.refused("GET", "/query/01gNothing-200")[:2] == (400, "INVALID_QUERY_LOCATOR")
    page = org.rows("SELECT Id FROM Account ORDER BY Id LIMIT 3 OFFSET 2000")
    assert [row["Id"] for row in page] == every[2000:2003]
    count = org.call("GET", "/query", params={"q": "SELECT COUNT() FROM Account"}).json()
    assert (count["totalSize"], count["records"]) == (2103, [])


def test_the_account_and_its_custom_object_are_described(org: Org) -> None:
    """Fields with what may be done with them; children by the name that leads to them."""
    listed = org.call("GET", "/sobjects").json()["sobjects"]
    assert {"Account", "Invoice__c"} <= {one["name"] for one in listed}
    contact = org.call("GET", "/sobjects/contact/describe").json()
    fields = {row["name"]: row for row in contact["fields"]}
    assert fields["Salutation"]["type"] == "picklist"
    assert fields["Salutation"]["picklistValues"][0]["value"] == "Mr."
    assert (fields["Email"]["createable"], fields["Email"]["updateable"]) == (True, True)
    assert (fields["CreatedDate"]["createable"], fields["Name"]["updateable"]) == (False, False)
    assert fields["Description"]["filterable"] is False
    assert fields["AccountId"]["referenceTo"] == ["Account"]
    account = org.call("GET", "/sobjects/Account/describe").json()
    children = {row["relationshipName"] for row in account["childRelationships"]}
    assert {"Contacts", "Opportunities", "Invoices__r"} <= children
    acme = org.rows("SELECT Id FROM Account WHERE Name = 'Acme Bakery'")[0]["Id"]
    people = org.call("GET", f"/sobjects/Account/{acme}/Contacts").json()["records"]
    assert {row["AccountId"] for row in people} == {acme}


# -- files and reports -----------------------------------------------------------------------------


def _upload(org: Org, name: str, **values: Any) -> requests.Response:
    parts = {
        "entity_content": (None, json.dumps(values), "application/json"),
        name: ("a.txt", b"some bytes", "text/plain"),
    }
    return org.call("POST", "/sobjects/ContentVersion", files=parts)


def test_a_version_makes_a_document(org: Org) -> None:
    """Linked where it says; a second version is another of the same document."""
    acme = org.rows("SELECT Id FROM Account WHERE Name = 'Acme Bakery'")[0]["Id"]
    made = _upload(org, "VersionData", PathOnClient="/x/rye.txt", FirstPublishLocationId=acme)
    path = f"/sobjects/ContentVersion/{made.json()['id']}"
    version = org.call("GET", path).json()
    assert (version["Title"], version["FileExtension"], version["ContentSize"]) == (
        "rye",
        "txt",
        10,
    )
    assert org.call("GET", path + "/VersionData").content == b"some bytes"
    document = version["ContentDocumentId"]
    again = _upload(
        org, "VersionData", PathOnClient="b.txt", ContentDocumentId=document, ReasonForChange="New"
    )
    said = org.call("GET", f"/sobjects/ContentDocument/{document}").json()
    assert said["LatestPublishedVersionId"] == again.json()["id"]
    where = f"FROM ContentDocumentLink WHERE LinkedEntityId = '{acme}'"
    links = org.rows(f"SELECT ContentDocument.Title, ContentDocumentId {where}")
    assert document in [row["ContentDocumentId"] for row in links]
    assert org.call("DELETE", f"/sobjects/ContentDocument/{document}").status_code == 204
    assert org.refused("GET", path)[:2] == (404, "ENTITY_IS_DELETED")
    assert document not in [
        row["ContentDocumentId"] for row in org.rows(f"SELECT ContentDocumentId {where}")
    ]


def test_a_version_that_cannot_be_placed_is_not_kept(org: Org) -> None:
    """All or nothing; so are links to what takes no files."""
    before = org.rows("SELECT Id FROM ContentDocument")
    document = before[0]["Id"]
    placed = _upload(org, "VersionData", PathOnClient="a.txt", FirstPublishLocationId=document)
    assert (placed.status_code, placed.json()[0]["errorCode"]) == (400, "FIELD_INTEGRITY_EXCEPTION")
    body = {"ContentDocumentId": document, "LinkedEntityId": document}
    refused = org.refused("POST", "/sobjects/ContentDocumentLink", json=body)
    assert refused == (400, "MALFORMED_ID", ["LinkedEntityId"])
    assert org.rows("SELECT Id FROM ContentDocument") == before


def test_multipart_bodies_are_checked(org: Org) -> None:
    """The JSON part first, the bytes under the field's name, nothing else."""
    wrong = _upload(org, "file", PathOnClient="a.txt")
    assert wrong.json()[0]["errorCode"] == "INVALID_MULTIPART_REQUEST"
    acme = org.rows("SELECT Id FROM Account LIMIT 1")[0]["Id"]
    parts = {
        "entity_attachment": (None, json.dumps({"ParentId": acme}), "application/json"),
        "Body": ("note.txt", b"abc", "text/plain"),
    }
    made = org.call("POST", "/sobjects/Attachment", files=parts).json()["id"]
    assert org.call("GET", f"/sobjects/Attachment/{made}/Body").content == b"abc"
    read = org.call("GET", f"/sobjects/Attachment/{made}").json()
    assert (read["Name"], read["BodyLength"]) == ("note.txt", 3)
    assert read["Body"].endswith(f"/sobjects/Attachment/{made}/Body")


def test_reports_are_listed_run_and_described(org: Org) -> None:
    """By the ids of the object Report."""
    (report,) = org.call("GET", "/analytics/reports").json()
    path = f"/analytics/reports/{report['id']}"
    assert org.call("GET", path).json()["factMap"]["T!T"]["aggregates"][0]["value"] == 3
    described = org.call("GET", path + "/describe").json()
    assert described["reportMetadata"]["name"] == "All accounts"
    assert org.refused("GET", "/analytics/reports/0")[:2] == (400, "MALFORMED_ID")


def test_the_orgs_do_not_see_each_other(org: Org) -> None:
    """Ids differ too."""
    other = org.sim.post("grants", tenant="sbx2.my.salesforce.example", scopes=["full"])
    theirs = Org(org.url, org.sim, str(other["access_token"]))
    mine = org.rows("SELECT Id FROM Account")
    assert {row["Id"] for row in mine} & {
        row["Id"] for row in theirs.rows("SELECT Id FROM Account")
    } == set()
    assert theirs.refused("GET", f"/sobjects/Account/{mine[0]['Id']}")[:2] == (404, "NOT_FOUND")
