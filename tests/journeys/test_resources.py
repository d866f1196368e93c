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
