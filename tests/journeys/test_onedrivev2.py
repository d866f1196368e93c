"""OneDrive through the documents hub, over real sockets."""

import hashlib
from typing import Any
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen

import pytest

from tests.conftest import Sim
from tests.journeys.conftest import Answer, Caller
from valence.cli.calls import Form
from valence.elements import Catalog

ONEDRIVE = Catalog.load().require("onedrivev2")
HUB = "/hubs/documents"


@pytest.fixture
def drive(caller: Caller, sandbox_url: str) -> Caller:
    """A caller that holds the token of a fresh instance; the drive is as it starts."""
    Sim(sandbox_url).vendor("onedrive")
    return caller.connected_to(ONEDRIVE)


def ask(drive: Caller, method: str, at: str, body: Any = None, /, **query: str) -> Answer:
    return drive.call(method, f"{HUB}{at}?{urlencode(query)}", body)


def ok(drive: Caller, method: str, at: str, body: Any = None, /, **query: str) -> Any:
    answer = ask(drive, method, at, body, **query)
    assert answer.status == 200, answer.text
    return answer.json


def upload(drive: Caller, path: str, text: str, **query: str) -> Any:
    return ok(drive, "POST", "/files", Form({}, {"file": text}), path=path, **query)


def names(drive: Caller, folder: str = "/", **query: str) -> list[str]:
    return [row["name"] for row in ok(drive, "GET", "/folders/contents", path=folder, **query)]


def test_the_life_of_a_file(drive: Caller) -> None:
    """By path and by id: up, down, known, moved, renamed, replaced, gone."""
    made = upload(drive, "/my-çhürrøš/œ-stuff.txt", "rye & wheat")
    assert (made["name"], made["path"]) == ("œ-stuff.txt", "/my-çhürrøš/œ-stuff.txt")
    assert (made["size"], made["directory"], made["extension"]) == (11, False, ".txt")
    assert made["properties"]["mimeType"] == "text/plain"
    one = f"/files/{made['id']}"
    assert ok(drive, "GET", f"{one}/metadata") == ok(
        drive, "GET", "/files/metadata", path=made["path"]
    )
    folder = ok(drive, "GET", "/folders/metadata", path="/my-çhürrøš")
    assert (folder["id"], folder["directory"]) == (made["parentFolderId"], True)
    for answer in (ask(drive, "GET", one), ask(drive, "GET", "/files", path=made["path"])):
        assert (answer.status, answer.text) == (200, "rye & wheat")
        assert answer.headers["content-length"] == "11"
        assert answer.headers["content-type"].startswith("text/plain")
        assert answer.headers["content-security-policy"] == "sandbox"
    moved = ok(drive, "PATCH", f"{one}/metadata", {"path": "/Documents/bread.txt"})
    assert (moved["id"], moved["path"]) == (made["id"], "/Documents/bread.txt")
    whole = {**moved, "name": "loaf.txt"}
    renamed = ok(drive, "PATCH", "/files/metadata", whole, path="/Documents/bread.txt")
    assert (renamed["id"], renamed["path"]) == (made["id"], "/Documents/loaf.txt")
    again = drive.call("PUT", f"{HUB}{one}", Form({}, {"file": "spelt"}))
    assert (again.json["id"], again.json["size"]) == (made["id"], 5)
    rows = ok(drive, "GET", f"{one}/revisions")
    assert [(row["id"], row["size"]) for row in rows] == [("2.0", 5), ("1.0", 11)]
    assert ok(drive, "GET", "/files/revisions/1.0", path="/Documents/loaf.txt") == rows[1]
    ok(drive, "DELETE", one)
    for path in (one, f"{one}/metadata", f"{one}/links", f"{one}/revisions"):
        gone = ask(drive, "GET", path)
        assert (gone.status, gone.json["code"]) == (404, "vendor-refused")


def test_the_life_of_a_folder(drive: Caller) -> None:
    """Where name and path differ, the path wins; a copy is complete when it is answered."""
    body = {"name": "other", "path": "/Documents/recipes", "directory": True}
    made = ok(drive, "POST", "/folders", body)
    assert (made["name"], made["path"]) == ("recipes", "/Documents/recipes")
    upload(drive, "/Documents/recipes/rye.txt", "Rye")
    copy = ok(drive, "POST", "/folders/copy", {"path": "/Pictures/copied"}, path=made["path"])
    assert (copy["path"], copy["id"] != made["id"]) == ("/Pictures/copied", True)
    assert names(drive, "/Pictures/copied") == ["rye.txt"]
    renamed = ok(drive, "PATCH", f"/folders/{made['id']}/metadata", {"path": "/bread"})
    assert (renamed["path"], renamed["parentFolderId"] != made["parentFolderId"]) == (
        "/bread",
        True,
    )
    ok(drive, "DELETE", "/folders", path="/bread")
    ok(drive, "DELETE", f"/folders/{copy['id']}")
    assert "bread" not in names(drive)
    assert names(drive, "/Pictures") == []


def test_a_file_is_copied(drive: Caller) -> None:
    """To a path without an extension too; what cannot be is told, with the vendor's reason."""
    copy = ok(drive, "POST", "/files/copy", {"path": "/Pictures/welcome"}, path="/Welcome.txt")
    assert copy["path"] == "/Pictures/welcome"
    assert ask(drive, "GET", f"/files/{copy['id']}").text.startswith("Welcome")
    by_id = ok(drive, "POST", f"/files/{copy['id']}/copy", {"path": "/w2.txt"})
    assert by_id["path"] == "/w2.txt"
    for target, status in (("/w2.txt", 400), ("/none/w.txt", 404)):
        refused = ask(drive, "POST", "/files/copy", {"path": target}, path="/Welcome.txt")
        assert (refused.status, refused.json["code"]) == (status, "vendor-refused")
    exists = ask(drive, "POST", "/files/copy", {"path": "/w2.txt"}, path="/Welcome.txt")
    assert exists.json["message"] == "The specified item name already exists."


def test_contents_are_paged_filtered_and_ordered(drive: Caller) -> None:
    """By number and by token alike; what the vendor cannot filter is filtered here."""
    for number in range(5):
        upload(drive, f"/many/{number}.{'txt' if number % 2 else 'bin'}", "x" * (5 - number))
    whole = names(drive, "/many", pageSize="4")
    assert len(whole) == 4
    halves = [names(drive, "/many", pageSize="2", page=str(number)) for number in (1, 2)]
    assert halves[0] + halves[1] == whole
    seen: list[str] = []
    token: str | None = ""
    while token is not None:
        page = ask(drive, "GET", "/folders/contents", path="/many", pageSize="2", nextPage=token)
        seen += [row["name"] for row in page.json]
        token = page.headers.get("elements-next-page-token")
    assert seen == sorted(seen)
    assert len(seen) == 5
    assert names(drive, "/many", where="extension = '.txt'") == ["1.txt", "3.txt"]
    assert names(drive, "/many", where="name = '2.bin'") == ["2.bin"]
    assert names(drive, "/many", orderBy="size asc", pageSize="1") == ["4.bin"]
    folder = ok(drive, "GET", "/folders/metadata", path="/many")["id"]
    assert len(ok(drive, "GET", f"/folders/{folder}/contents")) == 5
    assert {"Documents", "Pictures", "Welcome.txt"} <= set(names(drive))


def test_search_storage_and_owner(drive: Caller) -> None:
    """A text with a quote is no way out of the search."""
    found = ok(drive, "GET", "/search", text="prices")
    assert [row["name"] for row in found] == ["Prices.txt"]
    assert ok(drive, "GET", "/search", text="it's not') here") == []
    assert len(ok(drive, "GET", "/search", pageSize="1")) == 1
    assert len(ok(drive, "GET", "/search")) == 5
    storage = ok(drive, "GET", "/storage")
    assert storage["total"] == storage["used"] + storage["available"]
    assert ok(drive, "GET", "/me")["displayName"] == "Olive Owner"
    assert ok(drive, "GET", "/ping")["endpoint"] == "onedrivev2"
    changed = ok(drive, "GET", "/changes", where="name = 'Prices.txt'")
    assert [row["path"] for row in changed] == ["/Documents/Prices.txt"]


def test_a_link_can_be_used_by_anybody(drive: Caller) -> None:
    """Without a token of ours or of the vendor's."""
    links = ok(drive, "GET", "/files/links", path="/Welcome.txt")
    assert set(links) == {"cloudElementsLink", "providerViewLink", "providerLink"}
    with urlopen(links["cloudElementsLink"]) as content:
        assert content.read().startswith(b"Welcome")


def test_a_large_file_goes_through(drive: Caller) -> None:
    """Larger than any other body may be; it comes back as it was."""
    content = bytes(range(256)) * (20 * 4096)
    head = (
        b'--xx\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\n'
        b"Content-Type: application/octet-stream\r\n\r\n"
    )
    path = f"{HUB}/files?path={quote('/large.bin')}"
    made = drive.call(
        "POST",
        path,
        raw=head + content + b"\r\n--xx--\r\n",
        headers={"Content-Type": "multipart/form-data; boundary=xx"},
    )
    assert (made.status, made.json["size"]) == (200, len(content))
    request = Request(drive.hub.api + path, headers={"Authorization": drive.authorization})
    with urlopen(request) as answer:
        assert int(answer.headers["Content-Length"]) == len(content)
        digest = hashlib.sha256()
        while piece := answer.read(1 << 20):
            digest.update(piece)
    assert digest.digest() == hashlib.sha256(content).digest()


@pytest.mark.parametrize(
    ("method", "path", "query", "body", "status", "code"),
    [
        ("GET", "/files", {}, None, 400, "missing-parameter"),
        ("GET", "/files", {"path": "/none.txt"}, None, 404, "vendor-refused"),
        ("GET", "/files", {"path": "/../x"}, None, 400, "refused-by-hook"),
        ("GET", "/files", {"path": "/Documents"}, None, 400, "vendor-refused"),
        ("GET", "/files/none/metadata", {}, None, 404, "vendor-refused"),
        ("PATCH", "/files/none/metadata", {}, {"name": "x"}, 404, "vendor-refused"),
        ("PATCH", "/files/metadata", {"path": "/Welcome.txt"}, {}, 400, "refused-by-hook"),
        ("PATCH", "/folders/metadata", {"path": "/Pictures"}, {"name": "Documents"}, 409,
         "vendor-refused"),
        ("POST", "/folders", {}, {"path": "/Documents"}, 409, "vendor-refused"),
        ("POST", "/folders", {}, {"path": "/none/x"}, 404, "vendor-refused"),
        ("POST", "/folders", {}, {}, 400, "refused-by-hook"),
        ("POST", "/files", {"path": "/x"}, {}, 400, "missing-parameter"),
        ("POST", "/files", {"path": "/"}, Form({}, {"file": "x"}), 400, "refused-by-hook"),
        ("POST", "/files", {"path": "/Welcome.txt", "overwrite": "false"},
         Form({}, {"file": "x"}), 409, "vendor-refused"),
        ("GET", "/folders/contents", {"path": "/", "orderBy": "path"}, None, 400,
         "unsupported-field"),
    ],
)  # fmt: skip
def test_bad_input_is_a_clear_4xx(
    method: str,
    path: str,
    query: dict[str, str],
    body: Any,
    status: int,
    code: str,
    drive: Caller,
) -> None:
    """With a stable code and a sentence."""
    answer = ask(drive, method, path, body, **query)
    assert (answer.status, answer.json["code"]) == (status, code), answer.text
    assert answer.json["message"]


def test_tokens_that_end(drive: Caller) -> None:
    """An expired one is renewed within the call, also of a file; of a grant that is over 401."""
    vendor = Sim(f"{drive.sim.url}", root="/_sim/onedrive")
    for path, query in (("/me", {}), ("/files", {"path": "/Welcome.txt"})):
        vendor.post("expire")
        assert ask(drive, "GET", path, **query).status == 200
    vendor.post("revoke")
    assert ask(drive, "GET", "/files", path="/Welcome.txt").status == 401


def test_what_is_wrong_makes_no_instance(caller: Caller) -> None:
    """A code that the vendor does not know."""
    before = len(caller.call("GET", "/instances").json)
    body = {
        "element": {"key": "onedrivev2"},
        "name": "Wrong",
        "configuration": ONEDRIVE.sandbox_account,
        "providerData": {"code": "nonsense"},
    }
    answer = caller.call("POST", "/instances", body)
    assert (answer.status, answer.json["code"]) == (400, "code-refused"), answer.text
    assert len(caller.call("GET", "/instances").json) == before
