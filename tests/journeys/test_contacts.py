"""Contacts through the CRM hub, over real sockets."""

import pytest

from tests.journeys.conftest import Caller

GRACE = {
    "given_name": "Grace",
    "family_name": "Hopper",
    "email_addresses": [{"email": "grace@example.com", "field": "EMAIL1"}],
}


def test_create_read_update_delete(connected: Caller) -> None:
    """Every success is 200, whatever the vendor answers; PUT serves as PATCH."""
    made = connected.call("POST", "/hubs/crm/contacts", GRACE)
    assert made.status == 200
    one = f"/hubs/crm/contacts/{made.json['id']}"
    assert connected.call("GET", one).json["given_name"] == "Grace"
    assert connected.call("PATCH", one, {"given_name": "G."}).json["given_name"] == "G."
    assert connected.call("PUT", one, {"given_name": "H."}).json["family_name"] == "Hopper"
    deleted = connected.call("DELETE", one, raw=b"null")
    assert (deleted.status, deleted.text) == (200, "{}")
    gone = connected.call("GET", one)
    assert gone.status == 404
    assert gone.json["message"] == "Unable to find this Contact"
    assert "Unable to find this Contact" in gone.json["providerMessage"]


def test_pages_are_slices_of_one_order(connected: Caller) -> None:
    """By number and by token alike, one record at a time too, and none twice."""
    connected.sim.post("seed", contacts=25)
    whole = connected.call("GET", "/contacts?pageSize=10").json
    halves = [connected.call("GET", f"/contacts?pageSize=5&page={n}").json for n in (1, 2)]
    assert halves[0] + halves[1] == whole
    seen: list[int] = []
    path = "/hubs/crm/contacts?pageSize=4"
    token: str | None = ""
    while token is not None:
        page = connected.call("GET", f"{path}&nextPage={token}&page=1")
        assert len(page.json) == int(page.headers["elements-returned-count"]) <= 4
        seen += [record["id"] for record in page.json]
        assert page.headers["elements-total-count"] == "27"
        token = page.headers.get("elements-next-page-token")
    assert len(seen) == len(set(seen)) == 27
    assert seen == sorted(seen)


def test_the_hub_segment_is_ignored(connected: Caller) -> None:
    """Any hub, no hub, and a trailing slash give the same body."""
    bodies = {
        connected.call("GET", path).text
        for path in (
            "/hubs/crm/contacts",
            "/hubs/documents/contacts",
            "/hubs/x/contacts/",
            "/contacts",
        )
    }
    assert len(bodies) == 1


def test_filters_and_fields(connected: Caller) -> None:
    """where becomes the vendor's filter; fields selects, also on one record and dotted."""
    found = connected.call(
        "GET", "/contacts?where=email%3D'kelly@example.com'&fields=id,%20given_name"
    )
    assert found.json == [{"id": 32, "given_name": "Kelly"}]
    one = connected.call("GET", "/contacts/32?fields=email_addresses.email,id")
    assert one.json == {"email_addresses": [{"email": "kelly@example.com"}], "id": 32}
    order = connected.call(
        "GET", "/contacts?where=order%3D'id'%20and%20order_direction%3D'DESCENDING'"
    )
    assert [record["id"] for record in order.json] == [32, 6]
    assert connected.call("GET", "/contacts?where=").status == 200


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("GET", "/contacts?where=nonsense", None, 400, "bad-query"),
        ("GET", "/contacts?where=name%3D'x'", None, 400, "unsupported-field"),
        ("GET", "/contacts?where=email%20like%20'x'", None, 400, "unsupported-operator"),
        ("GET", "/contacts?pageSize=0", None, 400, "invalid-request"),
        ("GET", "/contacts?pageSize=x", None, 400, "invalid-request"),
        ("GET", "/contacts?pageSize=2001", None, 400, "invalid-request"),
        ("GET", "/contacts?page=-1", None, 400, "invalid-request"),
        ("GET", "/contacts?nextPage=AAAA", None, 400, "bad-page-token"),
        ("GET", "/contacts?where=%FF", None, 400, "invalid-request"),
        ("GET", "/contacts/0", None, 404, "vendor-refused"),
        ("GET", "/contacts/-1", None, 404, "vendor-refused"),
        ("GET", "/contacts/%2e%2e", None, 400, "invalid-request"),
        ("GET", "/contacts/6%2F..%2F..%2Ftags", None, 400, "invalid-request"),
        ("GET", "/unknown/1/2/3", None, 400, "unknown-resource"),
        ("DELETE", "/contacts", None, 405, "method-not-allowed"),
        ("POST", "/contacts", b"", 400, "bad-body"),
        ("POST", "/contacts", b"null", 400, "bad-body"),
        ("POST", "/contacts", b"[]", 400, "bad-body"),
        ("POST", "/contacts", b"{", 400, "bad-body"),
        ("POST", "/contacts", b"{}", 400, "vendor-refused"),
        ("PATCH", "/contacts/6", b"7", 400, "bad-body"),
    ],
)
def test_bad_input_is_a_clear_4xx(
    method: str, path: str, body: bytes | None, status: int, code: str, connected: Caller
) -> None:
    """With a stable code and a sentence."""
    answer = connected.call(method, path, raw=body)
    assert (answer.status, answer.json["code"]) == (status, code)
    assert answer.json["message"].endswith(".") or answer.json.get("providerMessage")


def test_a_page_above_the_vendors_limit_is_served_whole(connected: Caller) -> None:
    """By several of the vendor's pages; elements-error is for what could not be done."""
    connected.sim.post("seed", contacts=1200)
    whole = connected.call("GET", "/contacts?pageSize=1100&fields=id")
    assert (whole.status, len(whole.json)) == (200, 1100)
    assert "elements-error" not in whole.headers
    token = whole.headers["elements-next-page-token"]
    rest = connected.call("GET", f"/contacts?fields=id&nextPage={token}")
    ids = [record["id"] for record in whole.json + rest.json]
    assert len(ids) == len(set(ids)) == int(whole.headers["elements-total-count"]) == 1202
    assert ids == sorted(ids)


@pytest.mark.parametrize(
    ("kind", "status"), [("500", 502), ("html", 502), ("429", 429), ("503", 502), ("cut", 502)]
)
def test_vendor_failures_are_mapped(kind: str, status: int, connected: Caller) -> None:
    """No 500 of our own; 429 brings its Retry-After; a POST is sent again after a 429 only."""
    connected.sim.post("faults", kind=kind, count=3 if kind == "429" else 1, path="/crm")
    answer = connected.call("POST", "/contacts", GRACE)
    assert answer.status == status
    assert answer.json["whose"] in ("vendor", "caller")
    if kind == "429":
        assert answer.headers["retry-after"] == "1"


def test_an_expired_vendor_token_is_noticed_and_renewed(connected: Caller) -> None:
    """The vendor's 401 leads to one refresh and the call succeeds, POST included."""
    connected.sim.post("expire")
    assert connected.call("POST", "/contacts", GRACE).status == 200
    assert connected.sim.refreshes() == {"received": 1, "succeeded": 1, "refused": 0}


def test_ping_and_objects(connected: Caller) -> None:
    """Answered by every element, with the instance's id in a header."""
    ping = connected.call("GET", "/hubs/crm/ping")
    assert (ping.json["endpoint"], ping.json["valid"]) == ("infusionsoftrest", True)
    assert ping.headers["elements-element-instance-id"].isdecimal()
    objects = connected.call("GET", "/objects").json
    assert {"contacts", "tags", "tasks", "orders", "opportunities"} <= set(objects)
    assert not [name for name in objects if "{" in name]
    helium = connected.call("GET", "/hubs/crm/objects", headers={"Elements-Version": "Helium"})
    assert helium.json[0] == {"name": "contacts", "vendorName": "contacts", "type": "ceCanonical"}


def test_tags_profile_and_userinfo_come_by_definition_alone(connected: Caller) -> None:
    """More resources of the same file."""
    assert [tag["id"] for tag in connected.call("GET", "/tags").json] == [91, 93]
    assert connected.call("POST", "/contacts/6/tags", {"tagIds": [93]}).json == {"93": "SUCCESS"}
    assert connected.call("GET", "/contacts/6/tags").json[0]["tag"]["id"] == 93
    assert connected.call("DELETE", "/contacts/6/tags/93").status == 200
    assert connected.call("GET", "/account/profile").json["currency_code"] == "USD"
    assert connected.call("GET", "/hubs/crm/oauth/connect/userinfo").json["is_admin"] is True
