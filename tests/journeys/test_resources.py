"""What the gateway promises of every element, walked with the first one over real sockets."""

import pytest

from tests.journeys.conftest import Caller


def walked(connected: Caller, path: str) -> list[list[int]]:
    """Return the ids of a list's pages, by following tokens."""
    pages, token = [], ""
    while True:
        page = connected.call("GET", f"{path}&nextPage={token}")
        assert page.status == 200, page.text
        pages.append([record["id"] for record in page.json])
        found = page.headers.get("elements-next-page-token")
        if found is None:
            return pages
        token = found


@pytest.mark.parametrize("size", [1, 4, 27])
@pytest.mark.parametrize("wish", ["", "&orderBy=date_created%20desc", "&where=family_name%3D'Ng'"])
def test_tokens_and_numbers_lead_to_the_same_pages(connected: Caller, size: int, wish: str) -> None:
    """In any order and under any filter; two pages of P are one of 2P."""
    connected.sim.post("seed", contacts=12)
    path = f"/contacts?fields=id&pageSize={size}{wish}"
    pages = walked(connected, path)
    assert len([i for ids in pages for i in ids]) in (10, 14)
    for number, ids in enumerate(pages, start=1):
        answer = connected.call("GET", f"{path}&page={number}")
        assert [record["id"] for record in answer.json] == ids
    double = connected.call("GET", f"/contacts?fields=id&pageSize={2 * size}{wish}").json
    assert [record["id"] for record in double] == [i for ids in pages[:2] for i in ids]


def test_custom_fields_are_among_the_fields_of_their_object(connected: Caller) -> None:
    """By the path that a mapping takes; of objects whose records show them, and while enabled."""
    path = "contacts/model/customFields"
    body = {"label": "Cake size", "field_type": "Dropdown", "options": [{"label": "L"}]}
    number = connected.call("POST", f"/hubs/crm/{path}", body).json["id"]
    fields = connected.call("GET", "/hubs/crm/objects/contacts/metadata").json["fields"]
    own = {one["vendorPath"]: one for one in fields if one.get("custom")}
    assert own.keys() == {"custom_fields[id=182].content", f"custom_fields[id={number}].content"}
    assert own[f"custom_fields[id={number}].content"] == {
        "type": "string",
        "vendorPath": f"custom_fields[id={number}].content",
        "vendorDisplayName": "Cake size",
        "vendorNativeType": "Dropdown",
        "vendorRequired": False,
        "vendorReadOnly": False,
        "custom": True,
        "picklistValues": [{"displayValue": "L", "value": "L"}],
    }
    query = "?customFieldsOnly=true"
    alone = connected.call("GET", f"/hubs/crm/objects/contacts/metadata{query}").json["fields"]
    assert alone == list(own.values())
    for name in ("accounts", "opportunities", "tasks", "tags"):
        plain = connected.call("GET", f"/hubs/crm/objects/{name}/metadata").json["fields"]
        assert plain
        assert not any(one.get("custom") for one in plain)
    document = connected.call("GET", "/hubs/crm/objects/contacts/docs?discovery=true").json
    assert "custom_fields" in document["definitions"]["Contact"]["properties"]
    assert "[id=" not in str(document["definitions"])


@pytest.mark.parametrize("path", ["/contacts", "/contacts/6"])
def test_fields_that_are_chosen_are_asked_for(connected: Caller, path: str) -> None:
    """Keap answers some only where they are named; the caller need not know which."""
    connected.call(
        "PATCH",
        "/hubs/crm/contacts/6",
        {"job_title": "Baker", "custom_fields": [{"id": 182, "content": "rye"}]},
    )
    chosen = {"id": 6, "job_title": "Baker", "custom_fields": [{"id": 182, "content": "rye"}]}
    found = connected.call(
        "GET", f"/hubs/crm{path}?fields=id,job_title,custom_fields&where=email%3D'joe@gmail.com'"
    )
    assert found.json == ([chosen] if path == "/contacts" else chosen)
    plain = connected.call("GET", f"/hubs/crm{path}").json
    assert "job_title" not in (plain[0] if isinstance(plain, list) else plain)


def test_an_order_is_the_vendors(connected: Caller) -> None:
    """Both ways; a field that it cannot order by is 400."""
    connected.sim.post("seed", contacts=5)
    ups = walked(connected, "/contacts?pageSize=3&orderBy=id")
    downs = walked(connected, "/contacts?pageSize=3&orderBy=id%20desc")
    flat = [i for ids in ups for i in ids]
    assert [i for ids in downs for i in ids] == flat[::-1]
    refused = connected.call("GET", "/contacts?orderBy=shoe_size")
    assert (refused.status, refused.json["code"]) == (400, "unsupported-field")


def test_any_object_of_the_vendor_by_its_own_name(connected: Caller) -> None:
    """A declared resource of the name comes first; an unknown one is the vendor's 404."""
    declared = connected.call("GET", "/hubs/crm/tags").json
    assert [record["id"] for record in declared] == [91, 93]
    assert connected.call("GET", "/hubs/crm/no-such-things").status == 404


def test_a_platform_name_stays_the_platforms(connected: Caller) -> None:
    """Where the element declares none of that name, the token in a default header changes nothing;
    what the element declares is the element's."""
    caller = Caller(connected.hub, connected.sim)
    for path in ("/hubs", "/instances", "/elements/infusionsoftrest"):
        assert connected.call("GET", path).status == caller.call("GET", path).status == 200
    for path in ("/jobs", "/customers"):
        assert connected.call("GET", path).status == caller.call("GET", path).status
    theirs = connected.call("GET", "/hubs/crm/accounts").json
    assert connected.call("GET", "/accounts").json == theirs
    assert theirs[0]["company_name"] == "Flour Ltd"


def test_a_form_is_taken_where_json_is(connected: Caller) -> None:
    """Its fields are the body; a broken one is 400 before anything is sent."""
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    named = connected.call("PATCH", "/contacts/6", raw=b"given_name=Form+Made", headers=kind)
    assert (named.status, named.json["given_name"]) == (200, "Form Made")
    broken = connected.call(
        "POST", "/contacts", raw=b"--", headers={"Content-Type": "multipart/form-data; boundary=x"}
    )
    assert (broken.status, broken.json["code"]) == (400, "bad-body")
    xml = connected.call("POST", "/contacts", raw=b"<a/>", headers={"Content-Type": "text/xml"})
    assert (xml.status, xml.json["code"]) == (415, "unsupported-media-type")
