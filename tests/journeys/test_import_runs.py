"""A definition exported elsewhere is imported, run against its vendor, exported, and run again.

The vendor is a server of the test's own that plays Acme strictly: whatever hooks, rows and chains
of the definition do not do as they say, it refuses."""

import http.client
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from tests.elements.documents import EXPORT
from tests.journeys.acme_vendor import CALLBACK, CLIENT, KEY, SECRET, SITE, Acme, running_acme
from tests.journeys.conftest import Answer, Caller

Json = dict[str, Any]

LEFT_OVER = ("left-over-client", "left-over-secret")
"""Client and secret that the export still holds."""


@pytest.fixture(scope="module")
def running() -> Iterator[Acme]:
    """The vendor, for all tests of this file."""
    with running_acme() as vendor:
        yield vendor


@pytest.fixture
def vendor(running: Acme) -> Acme:
    """The vendor as it starts."""
    running.reset()
    return running


@dataclass
class Workshop:
    """Imports elements and makes instances of them; what was made is taken away at the end."""

    caller: Caller
    elements: list[str] = field(default_factory=list)
    instances: list[int] = field(default_factory=list)

    def imports(self, document: Json, key: str) -> Json:
        """Import a definition under a key and switch it on."""
        made = self.caller.call("POST", "/elements", {**document, "key": key, "active": False})
        assert made.status == 200, made.text
        self.elements.append(key)
        assert (made.json["private"], made.json["active"]) == (True, False)
        assert self.caller.call("PUT", f"/elements/{key}/active").text == "{}"
        return made.json

    def creates(self, key: str, *, site: str = SITE) -> Answer:
        """Make an instance the way a client does: ask for the address, consent, bring the code."""
        asked = {"apiKey": CLIENT, "callbackUrl": CALLBACK, "subdomain": site}
        url = self.caller.call("GET", f"/elements/{key}/oauth/url?{urlencode(asked)}").json
        return self.caller.call(
            "POST",
            f"/elements/{key}/instances",
            {
                "name": "Acme",
                "providerData": {"code": consented(url["oauthUrl"])},
                "configuration": {
                    "oauth.api.key": CLIENT,
                    "oauth.api.secret": SECRET,
                    "oauth.callback.url": CALLBACK,
                    "subdomain": site,
                    "acmecrm.key": KEY,
                },
            },
        )

    def connected(self, key: str) -> Caller:
        """Return a caller who holds the token of a fresh instance."""
        made = self.creates(key)
        assert made.status == 200, made.text
        self.instances.append(made.json["id"])
        return Caller(self.caller.hub, self.caller.sim, made.json["token"])


@pytest.fixture
def workshop(caller: Caller) -> Iterator[Workshop]:
    made = Workshop(caller)
    yield made
    for number in made.instances:
        assert caller.call("DELETE", f"/instances/{number}").status == 200
    for key in made.elements:
        assert caller.call("DELETE", f"/elements/{key}").status == 200


def consented(url: str) -> str:
    """Return the code that the vendor sends back."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=10)
    connection.request("GET", f"{parts.path}?{parts.query}")
    answer = connection.getresponse()
    answer.read()
    connection.close()
    assert answer.status == 302
    return parse_qs(urlsplit(answer.headers["Location"]).query)["code"][0]


def document(vendor: Acme) -> Json:
    """Return the export with its three addresses on loopback; all else as it was exported."""
    text = EXPORT.read_text()
    for address, here in (
        ("https://{subdomain}.acme.example/v1", f"{vendor.url}/{{subdomain}}/v1"),
        ("https://login.acme.example", f"{vendor.url}/login"),
        ("https://upload.acme.example", f"{vendor.url}/upload"),
    ):
        assert address in text
        text = text.replace(address, here)
    return json.loads(text)


def query(path: str, **given: str | int) -> str:
    return f"{path}?{urlencode(given)}"


BOUNDARY = "of-the-parts"
UPLOAD = (
    f"--{BOUNDARY}\r\n"
    'Content-Disposition: form-data; name="file"; filename="rye.txt"\r\n'
    "Content-Type: text/plain\r\n\r\nRye bread\r\n"
    f"--{BOUNDARY}\r\n"
    'Content-Disposition: form-data; name="folder"\r\n\r\nrecipes\r\n'
    f"--{BOUNDARY}--\r\n"
)


def walk(instance: Caller) -> dict[str, Answer]:
    """Call every resource of the element, and return the answers by a name."""
    call = instance.call
    found = {
        "first page": call("GET", query("/contacts", pageSize=2)),
        "second by number": call("GET", query("/contacts", pageSize=2, page=2)),
        "filtered": call("GET", query("/contacts", where="city='Ulm' AND deleted='true'")),
        "ordered": call("GET", query("/contacts", orderBy="email desc", pageSize=2, fields="id")),
        "tried": call("POST", "/contacts", {"email": "x@y.example"}, headers={"X-Dry-Run": "yes"}),
        "created": call("POST", "/contacts", {"email": "fay@acme.example", "city": "Ulm"}),
        "refused": call("POST", "/contacts", {"city": "Ulm"}),
        "changed": call("PATCH", "/contacts/6", {"email": "fee@acme.example", "city": "Rom"}),
        "read": call("GET", "/contacts/6"),
        "deleted": call("DELETE", "/contacts/6"),
        "gone": call("GET", "/contacts/6"),
        "no number": call("GET", "/contacts/six"),
        "deals": call("GET", query("/deals", pageSize=2, page=3, where="a='1' AND b='2'")),
        "chained": call("POST", "/deals", {"title": "Big one"}),
        "uploaded": call(
            "POST",
            "/files",
            raw=UPLOAD.encode(),
            headers={"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"},
        ),
        "sliced": call("GET", query("/labels", pageSize=3, page=3)),
        "java": call("GET", "/report"),
        "formula": call("POST", "/welcome", {}),
        "unsupported": call("GET", query("/contacts", where="city like 'U%'")),
        "life cycle": call("GET", "/auth-check"),
    }
    token = found["first page"].headers["elements-next-page-token"]
    found["second by token"] = call("GET", query("/contacts", pageSize=2, nextPage=token))
    return found


def bare(answer: Answer) -> Any:
    """Return what must be the same in two runs."""
    body = answer.json
    if isinstance(body, dict):
        body.pop("requestId", None)
    told = ("elements-returned-count", "elements-total-count", "x-acme")
    return answer.status, body, {name: answer.headers.get(name) for name in told}


def test_an_imported_element_does_what_its_definition_says(
    vendor: Acme, workshop: Workshop
) -> None:
    """Every resource, hook, row and chain of it, as the vendor sees them and as the caller does."""
    workshop.imports(document(vendor), "acmeone")
    instance = workshop.connected("acmeone")
    (me,) = vendor.calls("/me")
    assert json.loads(me.body) == {"who": SITE}  # a template of the definition, at creation
    found = walk(instance)

    # Lists: cursors of the vendor, filters, an order, and what the resource's hooks do.
    ids = {name: [row["id"] for row in found[name].json] for name in ("first page", "filtered")}
    assert ids == {"first page": ["1", "2"], "filtered": ["1", "3", "5"]}  # a hook: ids are text
    second = [row["id"] for row in found["second by number"].json]
    assert second == [row["id"] for row in found["second by token"].json] == ["3", "4"]
    assert found["ordered"].json == [{"id": "5"}, {"id": "4"}]
    lists = [seen.query for seen in vendor.calls("/people") if seen.method == "GET"]
    assert {"limit": "100", "city": "Ulm"} in lists  # a hook took `deleted` away
    assert lists[-1] == {"limit": "2", "cursor": "after-2"}
    assert all(seen.query["sort"] == "email desc" for seen in vendor.seen if "sort" in seen.query)

    # Records: wrapped and unwrapped, renamed, with a secret from the configuration.
    assert found["tried"].json == {"id": 6, "email": "x@y.example"}  # by a header, and not kept
    assert found["created"].json == {"id": 6, "email": "fay@acme.example", "city": "Ulm"}
    put = json.loads(next(seen for seen in vendor.seen if seen.method == "PUT").body)["person"]
    assert (put["mail"], put["secret"]) == ({"primary": "fee@acme.example"}, KEY)
    assert found["changed"].json == found["read"].json
    assert found["read"].json == {"id": 6, "email": "fee@acme.example", "city": "Rom"}
    assert (found["deleted"].status, found["deleted"].text) == (200, "{}")

    # A script reads the filter; a chain of three; a file with its field.
    assert vendor.calls("/deals")[0].query == {"p": "2", "per": "2", "q": "a,b"}
    assert found["deals"].json == [{"id": 5, "title": "Deal 5"}]
    assert vendor.audit == [{"id": 6, "title": "Big one", "stage": "new"}]
    assert found["chained"].json == {"audited": vendor.audit[0]}
    assert vendor.files == [{"name": "rye.txt", "content": "Rye bread", "folder": "recipes"}]
    assert found["uploaded"].json == vendor.files[0]
    assert found["sliced"].json == [{"id": 7, "name": "Label 7"}]
    assert found["sliced"].headers["elements-total-count"] == "7"

    # The element's legacy hook speaks last, after every resource's own.
    answered = [name for name, answer in found.items() if answer.status == 200]
    assert {found[name].headers["x-acme"] for name in answered} == {"seen"}

    # What fails says why, and whose turn it is.
    failed = {name: (a.status, a.json["code"]) for name, a in found.items() if a.status != 200}
    assert failed == {
        "refused": (400, "vendor-refused"),
        "gone": (404, "vendor-refused"),
        "no number": (400, "invalid-request"),
        "java": (400, "unsupported-resource"),
        "formula": (404, "formula-missing"),
        "unsupported": (400, "unsupported-operator"),
        "life cycle": (400, "unknown-resource"),
    }
    assert found["refused"].json["message"] == "a person needs an email"

    # Tokens that the vendor takes back are refreshed, unseen.
    vendor.access.clear()
    assert instance.call("GET", "/contacts/1").json["id"] == 1
    assert [seen.path for seen in vendor.seen].count("/login/token") == 2


def test_an_export_of_an_import_runs_alike(vendor: Acme, workshop: Workshop) -> None:
    """Imported under another key it answers the same, and sends its vendor the same."""
    workshop.imports(document(vendor), "acmeone")
    first = {name: bare(answer) for name, answer in walk(workshop.connected("acmeone")).items()}
    before = [(seen.method, seen.path, seen.query) for seen in vendor.seen]
    exported = workshop.caller.call("GET", "/elements/acmeone/export")
    assert not [secret for secret in (*LEFT_OVER, SECRET, KEY) if secret in exported.text]
    vendor.reset()
    workshop.imports(exported.json, "acmetwo")
    second = {name: bare(answer) for name, answer in walk(workshop.connected("acmetwo")).items()}
    after = [(seen.method, seen.path, seen.query) for seen in vendor.seen]
    assert second["life cycle"][1].pop("message") != first["life cycle"][1].pop("message")
    assert second == first
    assert [row[:2] for row in after] == [row[:2] for row in before]
    assert after[1:] == before[1:]  # the first asks for consent, with the key as its state


def test_a_check_that_the_vendor_refuses_makes_no_instance(
    vendor: Acme, workshop: Workshop
) -> None:
    """The definition's own validation runs before anything is stored."""
    workshop.imports(document(vendor), "acmeone")
    refused = workshop.creates("acmeone", site="elsewhere")
    assert (refused.status, refused.json["message"]) == (404, "no such site")
    assert workshop.caller.call("GET", "/elements/acmeone/instances").status == 404
