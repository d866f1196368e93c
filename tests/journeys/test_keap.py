"""Keap's second version through the CRM hub, over real sockets."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.conftest import Sim
from tests.journeys.conftest import Caller
from valence.cli.children import LocalHub
from valence.elements import Catalog

KEAP = Catalog.load().require("keap")
BY_KEY = {"element": {"key": "keap"}, "name": "By key"}
KEY = {"authentication.type": "customApiKey", "keap.api.key": "KeapAK-sandbox"}


@pytest.fixture(scope="module")
def token(local_hub: LocalHub, sandbox_url: str) -> str:
    """The token of an instance that was connected by key: no reset of the sandbox ends it."""
    caller = Caller(local_hub, Sim(sandbox_url))
    made = caller.call("POST", "/instances", {**BY_KEY, "configuration": KEY})
    assert made.status == 200, made.text
    return str(made.json["token"])


@pytest.fixture
def keap(token: str, caller: Caller) -> Caller:
    """A caller that holds it; the sandbox is as it starts."""
    return Caller(caller.hub, caller.sim, token)


def ids(caller: Caller, path: str, **query: Any) -> list[str]:
    answer = caller.call("GET", f"/hubs/crm{path}?{urlencode(query)}")
    assert answer.status == 200, answer.text
    return [record["id"] for record in answer.json]


@pytest.mark.parametrize(
    ("path", "body", "change"),
    [
        (
            "/contacts",
            {"email_addresses": [{"email": "a@b.example", "field": "EMAIL1"}]},
            {"given_name": "Ann"},
        ),
        ("/companies", {"company_name": "Rye"}, {"website": "https://rye.example"}),
        ("/accounts", {"company_name": "Rye"}, {"notes": "n"}),
        (
            "/opportunities",
            {"opportunity_title": "Cake", "contact_id": "6", "stage_id": "18"},
            {"opportunity_notes": "n"},
        ),
        ("/opportunities/stages", {"name": "S", "order": 9, "target_number_days": 3,
                                   "probability": 5}, {"probability": 6}),
        ("/tasks", {"title": "Call", "assigned_to_user_id": "1"}, {"completed": True}),
        ("/contacts/6/notes", {"title": "Visit", "user_id": "1"}, {"text": "x"}),
        ("/tags", {"name": "Bakers"}, {"description": "d"}),
        ("/tags/categories", {"name": "Bread"}, {"description": "d"}),
        (
            "/products",
            {"name": "Bread", "price": 550, "short_description": "s"},
            {"description": "d"},
        ),
        ("/affiliates", {"code": "RYE", "contact_id": "6"}, {"status": "INACTIVE"}),
    ],
)  # fmt: skip
def test_the_life_of_a_record(
    path: str, body: dict[str, Any], change: dict[str, Any], keap: Caller
) -> None:
    """Created, read, changed, listed, deleted; every success is 200, and gone is 404."""
    made = keap.call("POST", f"/hubs/crm{path}", body)
    assert (made.status, type(made.json["id"])) == (200, str)
    one = f"/hubs/crm{path}/{made.json['id']}"
    changed = keap.call("PATCH", one, change)
    assert (changed.status, changed.json | change) == (200, changed.json)
    assert keap.call("GET", one).json == changed.json
    assert made.json["id"] in ids(keap, path)
    assert keap.call("DELETE", one).status == 200
    gone = keap.call("GET", one)
    assert (gone.status, gone.json["code"]) == (404, "vendor-refused")
    assert gone.json["message"].startswith("Unable to find this")


def test_pages_are_slices_of_one_order(keap: Caller) -> None:
    """By number and by token alike, though the vendor only knows tokens and tells no total."""
    keap.sim.post("seed", contacts=25)
    whole = ids(keap, "/contacts", pageSize=10)
    assert ids(keap, "/contacts", pageSize=5) + ids(keap, "/contacts", pageSize=5, page=2) == whole
    seen: list[str] = []
    token: str | None = ""
    while token is not None:
        page = keap.call("GET", f"/contacts?pageSize=4&nextPage={token}")
        seen += [record["id"] for record in page.json]
        assert "elements-total-count" not in page.headers
        token = page.headers.get("elements-next-page-token")
    assert len(seen) == len(set(seen)) == 27
    assert seen == sorted(seen, key=int)
    assert seen[:10] == whole


@pytest.mark.parametrize(
    ("path", "where", "found"),
    [
        ("/contacts", "email = 'kelly@example.com'", ["32"]),
        ("/contacts", "given_name LIKE 'Kel%'", ["32"]),
        ("/contacts", "id IN ('6', '99')", ["6"]),
        ("/contacts", "update_time >= '2100-01-01T00:00:00.000Z'", []),
        ("/contacts", "update_time < '2100-01-01T00:00:00.000Z' AND given_name = 'Joe'", ["6"]),
        ("/contacts", "given_name = 'Joe' OR family_name = 'Gold'", ["6", "32"]),
        ("/contacts", "given_name != 'Joe'", ["32"]),
        ("/contacts", "family_name LIKE '%old'", ["32"]),
        ("/companies", "name LIKE 'Flo%' AND id >= 56", ["56"]),
        ("/tasks", "completed = true", ["5"]),
        ("/tasks", "priority = 'CRITICAL' AND id > 1", ["4"]),
        ("/notes", "title = 'Visit 1'", ["1"]),
        ("/notes", "title LIKE 'Visit%' AND id <= 2", ["1", "2"]),
        ("/opportunities", "stage_id = '20'", ["4"]),
        ("/opportunities", "stage.name = 'Qualified'", ["4"]),
        ("/orders", "paid = true AND contact_id = '6'", ["1", "3"]),
        ("/orders", "id != '1' AND id < 3", ["2"]),
        ("/tags", "id IN ('91') AND category_id = '1'", ["91"]),
        ("/tags", "category.id = '1' AND name != 'Nurture'", ["91"]),
        ("/campaigns", "name = 'Welcome'", ["1"]),
        ("/campaigns", "name = 'Wel'", []),
        ("/subscriptions", "billing_amount >= 10", ["1"]),
    ],
)
def test_where(path: str, where: str, found: list[str], keap: Caller) -> None:
    """What the vendor's filter can say it says; the rest is looked for in its records."""
    assert ids(keap, path, where=where) == found


def test_order(keap: Caller) -> None:
    """In the vendor's order by the fields it knows; by others it is refused."""
    assert ids(keap, "/contacts", orderBy="email desc") == ["32", "6"]
    assert ids(keap, "/tasks", orderBy="due_time desc", pageSize=2) == ["5", "4"]
    refused = keap.call("GET", "/contacts?orderBy=job_title")
    assert (refused.status, refused.json["code"]) == (400, "unsupported-field")


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("GET", "/contacts?where=email%20!%3D%20'x'", None, 400, "unsupported-operator"),
        ("GET", "/tasks?where=user_id%3D1%20or%20id%3D2", None, 400, "unsupported-operator"),
        ("GET", "/contacts/x", None, 400, "vendor-refused"),
        ("POST", "/contacts", {}, 400, "vendor-refused"),
        ("POST", "/tasks", {"title": "x"}, 400, "vendor-refused"),
        ("PATCH", "/tags/999", {"name": "x"}, 404, "vendor-refused"),
        ("POST", "/files", {"file_name": "x"}, 400, "missing-parameter"),
    ],
)
def test_bad_input_is_a_clear_4xx(
    method: str, path: str, body: Any, status: int, code: str, keap: Caller
) -> None:
    """A field that only the vendor knows is not looked for where it cannot be found."""
    answer = keap.call(method, f"/hubs/crm{path}", body)
    assert (answer.status, answer.json["code"]) == (status, code), answer.text


def test_tags_are_applied_and_taken(keap: Caller) -> None:
    """From either side; what came of each contact is told."""
    applied = keap.call("POST", "/hubs/crm/tags/93/contacts", {"contact_ids": ["6", "99"]})
    assert applied.json == {"6": "SUCCESS", "99": "CONTACT_NOT_FOUND"}
    assert keap.call("POST", "/hubs/crm/contacts/32/tags/93").json == {"32": "SUCCESS"}
    assert ids(keap, "/tags/93/contacts") == ["6", "32"]
    assert keap.call("DELETE", "/hubs/crm/tags/93/contacts/6").status == 200
    assert keap.call("DELETE", "/hubs/crm/contacts/32/tags/93").status == 200
    assert ids(keap, "/tags/93/contacts") == []


def test_emails_are_sent_in_the_vendors_coding(keap: Caller) -> None:
    """Plain text goes to the vendor in base64; of many, each failure is told in a header."""
    body = {"sent_to_address": "joe@gmail.com", "plain_content": "Fresh rye"}
    made = keap.call("POST", "/hubs/crm/emails", body)
    assert made.json["plain_content"] == "RnJlc2ggcnll"
    both = keap.call("POST", "/hubs/crm/emails/batch", {"emails": [body, {"subject": "x"}]})
    assert len(both.json) == 1
    assert both.headers["elements-error"] == "sent_to_address is required"


def test_a_key_connects_without_consent(caller: Caller) -> None:
    """It asks for the key alone, which is masked; calls carry it in its own header."""
    made = caller.call("POST", "/instances", {**BY_KEY, "configuration": KEY})
    assert made.json["configuration"]["keap.api.key"] == "********"
    by_key = Caller(caller.hub, caller.sim, made.json["token"])
    answer = by_key.call("GET", "/hubs/crm/contacts/6")
    assert answer.json["given_name"] == "Joe"
    caller.sim.post("revoke")  # ends what owners granted, which a key is not
    assert by_key.call("GET", "/hubs/crm/contacts/6").status == 200


@pytest.mark.parametrize(
    ("configuration", "status", "words"),
    [
        ({**KEY, "keap.api.key": "KeapAK-wrong"}, 401, "Invalid access token"),
        ({"authentication.type": "customApiKey"}, 400, "keap.api.key"),
        ({"authentication.type": "oauth2"}, 400, "oauth.api.key, oauth.api.secret"),
        ({}, 400, "oauth.api.key, oauth.api.secret"),
    ],
)
def test_what_does_not_authenticate_makes_no_instance(
    configuration: dict[str, str], status: int, words: str, caller: Caller
) -> None:
    """The vendor is asked before an instance is stored; only the chosen way's values are."""
    before = len(caller.call("GET", "/instances").json)
    answer = caller.call("POST", "/instances", {**BY_KEY, "configuration": configuration})
    assert (answer.status, words in answer.json["message"]) == (status, True), answer.text
    assert "KeapAK-wrong" not in answer.text
    assert len(caller.call("GET", "/instances").json) == before


@pytest.mark.parametrize(
    ("order", "status"),
    [
        (lambda sim: sim.post("expire"), 200),
        (lambda sim: sim.post("revoke"), 401),
    ],
    ids=["expired", "revoked"],
)
def test_tokens_that_end(order: Callable[[Any], object], status: int, caller: Caller) -> None:
    """An expired one is renewed within the call; of a grant that is over the owner is needed."""
    by_consent = caller.connected_to(KEAP)
    order(by_consent.sim)
    assert by_consent.call("GET", "/hubs/crm/contacts/6").status == status


def test_files_go_up_as_forms_and_come_back(keap: Caller) -> None:
    """With what is said of them."""
    lines = [
        f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in (
            ("file_name", "a.txt"), ("file_association", "COMPANY"), ("is_public", "false")
        )
    ]  # fmt: skip
    lines.append(
        '--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nrye\r\n--b--\r\n'
    )
    made = keap.call(
        "POST",
        "/hubs/crm/files",
        raw="".join(lines).encode(),
        headers={"Content-Type": "multipart/form-data; boundary=b"},
    )
    assert (made.status, made.json["file_size"]) == (200, 3)
    one = f"/hubs/crm/files/{made.json['id']}"
    assert keap.call("GET", f"{one}/metadata").json["file_name"] == "a.txt"
    assert keap.call("GET", one).json == "cnll"
    assert keap.call("DELETE", one).status == 200
    assert keap.call("GET", f"{one}/metadata").status == 404


def test_metadata_and_custom_fields(keap: Caller) -> None:
    """Objects have their fields; custom ones are the account's."""
    names = keap.call("GET", "/hubs/crm/objects").json
    assert {"contacts", "companies", "opportunities", "tags", "affiliates"} <= set(names)
    fields = keap.call("GET", "/hubs/crm/objects/contacts/metadata").json["fields"]
    assert "given_name" in {field["vendorPath"] for field in fields}
    own = {field["vendorPath"]: field for field in fields if field.get("custom")}
    assert own["custom_fields[id='182'].content"]["type"] == "string"
    products = keap.call("GET", "/hubs/crm/objects/products/metadata").json["fields"]
    assert products
    assert not any(field.get("custom") for field in products)
    held = keap.call("GET", "/hubs/crm/contacts/custom-fields").json
    assert [field["record_type"] for field in held] == ["CONTACT"]
    assert keap.call("GET", "/hubs/crm/ping").json["endpoint"] == "keap"
