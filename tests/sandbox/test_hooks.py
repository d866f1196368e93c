"""REST hooks over real sockets: verification, batches, repeats, and when a hook gives up."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.sandbox.conftest import Vendor
from valence_sandbox.outbound import is_allowed, post
from valence_sandbox.vendors.keap.enumerations import EVENT_KEYS

EMAIL = {"email_addresses": [{"email": "a@b.example", "field": "EMAIL1"}]}


@dataclass
class Receiver:
    """Somebody's address; it echoes secrets and answers events as told."""

    url: str = ""
    echoes: bool = True
    status: int = 200
    verifications: int = 0
    secret: str = ""
    events: list[dict[str, Any]] = field(default_factory=list)

    def ids(self) -> list[list[int]]:
        return [[key["id"] for key in event["object_keys"]] for event in self.events]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver on loopback."""
    told = Receiver()

    class Endpoint(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            secret = self.headers.get("X-Hook-Secret")
            if secret:
                told.verifications += 1
                told.secret = secret
                self.send_response(200)
                if told.echoes:
                    self.send_header("X-Hook-Secret", secret)
            else:
                told.events.append(json.loads(body))
                self.send_response(told.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
    told.url = f"http://127.0.0.1:{server.server_address[1]}/hooks?key=1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield told
    server.shutdown()
    thread.join()
    server.server_close()


def subscribe(vendor: Vendor, receiver: Receiver, event: str = "contact.add") -> dict[str, str]:
    body = {"eventKey": event, "hookUrl": receiver.url}
    answer = vendor.call("POST", "/v1/hooks", json=body)
    assert answer.status_code == 200, answer.text
    stored: dict[str, str] = answer.json()
    return stored


def fire(vendor: Vendor, **order: object) -> list[dict[str, Any]]:
    calls: Any = vendor.sim.post("hooks/fire", **order)["calls"]
    return list(calls)


def wait(vendor: Vendor, seconds: int) -> list[dict[str, Any]]:
    vendor.sim.post("clock", advanceSeconds=seconds)
    return fire(vendor)


def test_a_receiver_that_echoes_the_secret_is_verified(vendor: Vendor, receiver: Receiver) -> None:
    """At once; the list and the single read are the same."""
    hook = subscribe(vendor, receiver)
    assert hook == {
        "key": "1", "eventKey": "contact.add", "hookUrl": receiver.url, "status": "Verified",
    }  # fmt: skip
    assert vendor.call("GET", "/v1/hooks").json() == [hook]
    assert vendor.call("GET", "/v1/hooks/1").json() == hook
    assert receiver.verifications == 1


def test_who_does_not_echo_hears_nothing_until_verified(vendor: Vendor, receiver: Receiver) -> None:
    """A later attempt helps; what happened before is not told."""
    receiver.echoes = False
    assert subscribe(vendor, receiver)["status"] == "Unverified"
    vendor.call("POST", "/v1/contacts", json=EMAIL)
    assert wait(vendor, 60) == []
    assert vendor.call("POST", "/v1/hooks/1/verify").json()["status"] == "Unverified"
    receiver.echoes = True
    assert vendor.call("POST", "/v1/hooks/1/verify").json()["status"] == "Verified"
    made = vendor.call("POST", "/v1/contacts", json=EMAIL).json()
    wait(vendor, 60)
    assert receiver.ids() == [[made["id"]]]


def test_the_secret_can_be_brought_back_later(vendor: Vendor, receiver: Receiver) -> None:
    """delayedVerify takes the one that was sent, in a header, and no other."""
    receiver.echoes = False
    subscribe(vendor, receiver)
    path = "/v1/hooks/1/delayedVerify"
    for headers in ({}, {"X-Hook-Secret": "wrong"}):
        assert vendor.call("POST", path, headers=headers).status_code == 400
    confirmed = vendor.call("POST", path, headers={"X-Hook-Secret": receiver.secret})
    assert confirmed.json()["status"] == "Verified"


def test_an_event_says_who_changed_and_nothing_of_them(vendor: Vendor, receiver: Receiver) -> None:
    """Ids and times in one call, after half a minute or more, without a signature."""
    subscribe(vendor, receiver)
    ids = [vendor.call("POST", "/v1/contacts", json=EMAIL).json()["id"] for _ in range(3)]
    assert wait(vendor, 29) == []
    calls = wait(vendor, 31)
    assert [(call["objects"], call["answer"]) for call in calls] == [(3, 200)]
    event = receiver.events[0]
    assert (event["event_key"], event["object_type"]) == ("contact.add", "contact")
    assert [key["id"] for key in event["object_keys"]] == ids
    assert set(event["object_keys"][0]) == {"id", "apiUrl", "timestamp"}
    assert event["object_keys"][0]["apiUrl"] == ""
    assert wait(vendor, 3600) == []


def test_more_than_a_thousand_keys_are_two_calls(vendor: Vendor, receiver: Receiver) -> None:
    """At most a thousand each."""
    subscribe(vendor, receiver, "contact.edit")
    for _ in range(1001):
        vendor.call("PATCH", "/v1/contacts/6", json={"family_name": "x"})
    assert [call["objects"] for call in wait(vendor, 60)] == [1000, 1]


def test_tag_events_take_longer(vendor: Vendor, receiver: Receiver) -> None:
    """Five to ten minutes, unless told not to wait."""
    subscribe(vendor, receiver, "contactGroup.applied")
    vendor.call("POST", "/v1/contacts/6/tags", json={"tagIds": [91]})
    assert wait(vendor, 299) == []
    assert len(wait(vendor, 301)) == 1
    vendor.call("POST", "/v1/tags/93/contacts", json={"ids": [6]})
    assert len(fire(vendor, now=True)) == 1
    assert receiver.ids() == [[91], [93]]
    assert receiver.events[0]["object_type"] == "contactGroup"


def test_failures_are_repeated_and_the_fourth_is_the_last(
    vendor: Vendor, receiver: Receiver
) -> None:
    """After half a minute, 5 minutes, 30 minutes; then the hook is inactive until verified."""
    subscribe(vendor, receiver)
    receiver.status = 500
    vendor.call("POST", "/v1/contacts", json=EMAIL)
    for seconds, too_early in ((60, 29), (60, 29), (310, 240), (1810, 1700)):
        assert wait(vendor, too_early) == []
        (call,) = wait(vendor, seconds - too_early)
        assert (call["answer"], call["delivered"]) == (500, False)
    assert call["status"] == "Inactive"
    assert len(receiver.events) == 4
    vendor.call("POST", "/v1/contacts", json=EMAIL)
    assert wait(vendor, 3600) == []
    assert vendor.call("POST", "/v1/hooks/1/verify").json()["status"] == "Verified"


def test_a_repeat_that_is_answered_ends_it(vendor: Vendor, receiver: Receiver) -> None:
    """What happened in the meantime goes out by itself; a redirect is an answer too."""
    subscribe(vendor, receiver)
    receiver.status = 400
    first = vendor.call("POST", "/v1/contacts", json=EMAIL).json()["id"]
    wait(vendor, 60)
    receiver.status = 302
    second = vendor.call("POST", "/v1/contacts", json=EMAIL).json()["id"]
    assert [call["delivered"] for call in wait(vendor, 60)] == [True, True]
    assert receiver.ids() == [[first], [first], [second]]
    assert vendor.call("GET", "/v1/hooks/1").json()["status"] == "Verified"


def test_gone_is_final(vendor: Vendor, receiver: Receiver) -> None:
    """A single 410."""
    subscribe(vendor, receiver)
    receiver.status = 410
    vendor.call("POST", "/v1/contacts", json=EMAIL)
    assert wait(vendor, 60)[0]["status"] == "Inactive"
    assert wait(vendor, 3600) == []


EVENTS = [
    ("contact.edit", "PATCH", "/v1/contacts/6", {"family_name": "x"}, 6),
    ("contact.delete", "DELETE", "/v1/contacts/6", None, 6),
    ("contactGroup.add", "POST", "/v1/tags", {"name": "x"}, 100),
    ("contactGroup.removed", "DELETE", "/v1/contacts/32/tags/91", None, 91),
    ("company.add", "POST", "/v1/companies", {"company_name": "x"}, 60),
    ("company.edit", "PATCH", "/v1/companies/56", {"notes": "x"}, 56),
    ("appointment.delete", "DELETE", "/v1/appointments/1", None, 1),
    ("task.edit", "PATCH", "/v1/tasks/1", {"title": "x"}, 1),
    ("task.complete", "PATCH", "/v1/tasks/1", {"completed": True}, 1),
    ("task.incomplete", "PATCH", "/v1/tasks/5", {"completed": False}, 5),
    ("note.add", "POST", "/v1/notes", {"contact_id": 6, "title": "x"}, 6),
    ("opportunity.stage_move", "PATCH", "/v1/opportunities/1", {"stage": {"id": 20}}, 1),
    ("opportunity.edit", "PATCH", "/v1/opportunities/1", {"opportunity_notes": "x"}, 1),
    ("order.delete", "DELETE", "/v1/orders/5", None, 5),
    ("invoice.payment.add", "POST", "/v1/orders/5/payments", {"payment_amount": "1"}, 8),
    ("product.edit", "PATCH", "/v1/products/1", {"sku": "x"}, 1),
    (
        "subscription.add",
        "POST",
        "/v1/subscriptions",
        {"contact_id": 6, "subscription_plan_id": 1},
        2,
    ),
    ("user.add", "POST", "/v1/users", {"email": "x@y.example", "given_name": "x"}, 2),
]


@pytest.mark.parametrize(
    ("event", "method", "path", "body", "number"), EVENTS, ids=[row[0] for row in EVENTS]
)
def test_changes_are_told(
    event: str, method: str, path: str, body: Any, number: int, vendor: Vendor, receiver: Receiver
) -> None:
    """Once, with the id, and the type is the first part of the key."""
    subscribe(vendor, receiver, event)
    assert vendor.call(method, path, json=body).ok
    fire(vendor, now=True)
    assert receiver.ids() == [[number]]
    assert receiver.events[0]["object_type"] == event.rpartition(".")[0]


def test_hooks_are_changed_and_ended(vendor: Vendor, receiver: Receiver) -> None:
    """Another address must be verified anew; an ended one hears nothing."""
    subscribe(vendor, receiver)
    renamed = vendor.call("PUT", "/v1/hooks/1", json={"eventKey": "contact.edit"}).json()
    assert (renamed["eventKey"], renamed["status"]) == ("contact.edit", "Verified")
    moved = vendor.call("PUT", "/v1/hooks/1", json={"hookUrl": "http://127.0.0.1:9/no"}).json()
    assert moved["status"] == "Unverified"
    assert vendor.call("DELETE", "/v1/hooks/1").status_code == 204
    for method, path in (
        ("GET", "/v1/hooks/1"),
        ("PUT", "/v1/hooks/1"),
        ("DELETE", "/v1/hooks/1"),
        ("POST", "/v1/hooks/1/verify"),
        ("POST", "/v1/hooks/1/delayedVerify"),
    ):
        assert vendor.call(method, path, json=None if method == "GET" else {}).status_code == 404
    assert vendor.call("GET", "/v1/hooks").json() == []


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"eventKey": "contact.add"},
        {"eventKey": "contact.add", "hookUrl": 5},
        {"eventKey": "contact.add", "hookUrl": "http://example.com/"},
        {"eventKey": "contact.add", "hookUrl": "ftp://127.0.0.1/"},
        {"eventKey": "contact.fly", "hookUrl": "https://example.com/"},
    ],
)
def test_what_cannot_be_subscribed(body: dict[str, Any], vendor: Vendor) -> None:
    """Unknown events, and addresses that the sandbox would not call."""
    assert vendor.call("POST", "/v1/hooks", json=body).status_code == 400
    assert vendor.call("GET", "/v1/hooks").json() == []


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://example.com/x", True),
        ("http://127.0.0.1:80/x", True),
        ("http://localhost/x", True),
        ("http://[::1]:80/", True),
        ("http://example.com/x", False),
        ("http://127.0.0.1.example.com/", False),
        ("https://", False),
        ("http://127.0.0.1:x/", False),
        ("file:///etc/passwd", False),
    ],
)
async def test_only_loopback_and_https_are_called(url: str, *, allowed: bool) -> None:
    """Anything else is no answer."""
    assert is_allowed(url) is allowed
    if not allowed:
        assert await post(url, body=b"", headers={}, seconds=1) is None


def test_event_keys_are_listed(vendor: Vendor) -> None:
    """A bare array of every key."""
    keys = vendor.call("GET", "/v1/hooks/event_keys").json()
    assert keys == list(EVENT_KEYS)
    assert len(keys) == len(set(keys)) == 47
