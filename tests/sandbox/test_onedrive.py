"""The sandbox's OneDrive is as strict as Microsoft Graph: addresses, names, copies, versions."""

from dataclasses import dataclass
from typing import Any

import pytest
import requests

from tests.conftest import CALLBACK, Sim
from valence.cli.visitor import consent

CLIENT = {"client_id": "sandbox-client", "client_secret": "sandbox-secret"}
ROOT = "/me/drive/root"


@dataclass
class OneDrive:
    """OneDrive as an application sees it."""

    sim: Sim
    token: str

    def call(self, method: str, path: str, **more: Any) -> requests.Response:
        url = path if path.startswith("http") else f"{self.sim.url}/onedrive/v1.0{path}"
        headers = {"Authorization": f"Bearer {self.token}", **more.pop("headers", {})}
        more.setdefault("allow_redirects", False)
        return requests.request(method, url, headers=headers, timeout=10, **more)

    def ok(self, method: str, path: str, **more: Any) -> Any:
        answer = self.call(method, path, **more)
        assert answer.status_code in (200, 201, 202, 204), answer.text
        return answer.json() if answer.content else None

    def names(self, path: str, **query: Any) -> list[str]:
        return [row["name"] for row in self.ok("GET", path, params=query)["value"]]


@pytest.fixture
def drive(sandbox_url: str) -> OneDrive:
    """A drive as it starts, without limits."""
    sim = Sim(sandbox_url).vendor("onedrive")
    return OneDrive(sim, str(sim.post("grants", scopes=["offline_access"])["access_token"]))


def refused(answer: requests.Response, status: int, code: str) -> bool:
    """Tell whether an answer is an error in Graph's form."""
    error = answer.json()["error"]
    is_whole = set(error) == {"code", "message", "innerError"} and error["message"]
    return bool(answer.status_code == status and error["code"] == code and is_whole)


def test_files_go_up_and_come_down(drive: OneDrive) -> None:
    """By path, with the folders above; down by a second address that needs no token."""
    made = drive.call("PUT", f"{ROOT}:/a/b/ç ü.txt:/content", data=b"rye")
    assert made.status_code == 201
    item = made.json()
    assert (item["name"], item["size"], item["file"]["mimeType"]) == ("ç ü.txt", 3, "text/plain")
    assert item["parentReference"]["path"] == "/drive/root:/a/b"
    by_path = drive.ok("GET", f"{ROOT}:/A/B/ç ü.TXT")
    assert by_path["id"] == drive.ok("GET", f"/me/drive/items/{item['id']}")["id"] == item["id"]
    away = drive.call("GET", f"/me/drive/items/{item['id']}/content")
    assert away.status_code == 302
    content = requests.get(away.headers["Location"], timeout=10)
    assert content.content == b"rye"
    assert content.headers["Content-Type"].startswith("text/plain")
    assert requests.get(by_path["@microsoft.graph.downloadUrl"], timeout=10).content == b"rye"
    again = drive.call("PUT", f"/me/drive/items/{item['id']}/content", data=b"wheat")
    assert (again.status_code, again.json()["size"]) == (200, 5)
    assert drive.call("DELETE", f"{ROOT}:/a/b/ç ü.txt").status_code == 204
    assert refused(drive.call("GET", f"{ROOT}:/a/b/ç ü.txt"), 404, "itemNotFound")


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("POST", f"{ROOT}/children", {"name": "Documents", "folder": {}}, 409, "nameAlreadyExists"),
        ("POST", f"{ROOT}/children", {"name": "a:b", "folder": {}}, 400, "invalidRequest"),
        ("POST", f"{ROOT}/children", {"name": "", "folder": {}}, 400, "invalidRequest"),
        ("POST", f"{ROOT}/children", {"name": "x"}, 400, "invalidRequest"),
        ("POST", f"{ROOT}:/none:/children", {"name": "x", "folder": {}}, 404, "itemNotFound"),
        ("PATCH", f"{ROOT}:/Pictures", {"name": "documents"}, 409, "nameAlreadyExists"),
        ("PATCH", f"{ROOT}:/Pictures", {"parentReference": {"path": "/drive/root:/Pictures"}}, 400,
         "invalidRequest"),
        ("PATCH", ROOT, {"name": "x"}, 400, "invalidRequest"),
        ("DELETE", ROOT, None, 403, "accessDenied"),
        ("GET", f"{ROOT}:/Documents:/content", None, 400, "invalidRequest"),
        ("GET", "/me/drive/items/x", None, 404, "itemNotFound"),
        ("GET", f"{ROOT}/nothing", None, 400, "BadRequest"),
        ("GET", f"{ROOT}/children?$filter=name%20eq%20'x'", None, 501, "notSupported"),
        ("GET", f"{ROOT}/children?$top=0", None, 400, "invalidRequest"),
        ("GET", f"{ROOT}/children?$orderby=path", None, 400, "invalidRequest"),
        ("POST", f"{ROOT}:/Welcome.txt:/createLink", {"type": "all"}, 400, "invalidRequest"),
        ("POST", f"{ROOT}:/Documents:/copy", {"parentReference": {"id": "x"}}, 404, "itemNotFound"),
    ],
)  # fmt: skip
def test_what_is_refused(
    method: str, path: str, body: Any, status: int, code: str, drive: OneDrive
) -> None:
    """In Graph's words, and nothing has changed."""
    before = drive.names(f"{ROOT}/children")
    assert refused(drive.call(method, path, json=body), status, code)
    assert drive.names(f"{ROOT}/children") == before


def test_pages_lead_on_to_the_end(drive: OneDrive) -> None:
    """Each by the address that the one before gives; in the order asked for."""
    for number in range(7):
        drive.ok("PUT", f"{ROOT}:/many/{number}.bin:/content", data=b"x" * (7 - number))
    seen: list[str] = []
    path: str | None = f"{ROOT}:/many:/children?$top=3"
    while path:
        page = drive.ok("GET", path)
        assert len(page["value"]) <= 3
        seen += [row["name"] for row in page["value"]]
        path = page.get("@odata.nextLink")
    assert seen == [f"{number}.bin" for number in range(7)]
    by_size = drive.names(f"{ROOT}:/many:/children", **{"$orderby": "size asc", "$top": 2})
    assert by_size == ["6.bin", "5.bin"]
    (only,) = drive.ok("GET", f"{ROOT}:/many:/children?$top=1&$select=name")["value"]
    assert only == {"name": "0.bin"}


def test_a_copy_is_over_later(drive: OneDrive) -> None:
    """202 with an address, which tells when, what the copy is, or why there is none."""
    target = drive.ok("GET", f"{ROOT}:/Pictures")["id"]
    body = {"parentReference": {"id": target}, "name": "Copied"}
    for expected in ("completed", "failed"):
        taken = drive.call("POST", f"{ROOT}:/Documents:/copy", json=body)
        assert (taken.status_code, taken.content) == (202, b"")
        monitor = taken.headers["Location"]
        first = requests.get(monitor, timeout=10)
        assert (first.status_code, first.json()["status"]) == (202, "inProgress")
        last = requests.get(monitor, timeout=10).json()
        assert last["status"] == expected
    assert last["error"]["code"] == "nameAlreadyExists"
    assert drive.names(f"{ROOT}:/Pictures/Copied:/children") == ["Plan.docx", "Prices.txt"]


def test_versions_links_and_moves(drive: OneDrive) -> None:
    """Each content is a version; a link is made once; a move keeps the id."""
    path = f"{ROOT}:/Welcome.txt"
    drive.ok("PUT", f"{path}:/content", data=b"second")
    rows = drive.ok("GET", f"{path}:/versions")["value"]
    assert [row["id"] for row in rows] == ["2.0", "1.0"]
    assert drive.ok("GET", f"{path}:/versions/1.0")["size"] == rows[1]["size"] != 6
    old = drive.call("GET", f"{path}:/versions/1.0/content", allow_redirects=True)
    assert old.text.startswith("Welcome")
    assert refused(drive.call("GET", f"{path}:/versions/2.0/content"), 400, "invalidRequest")
    assert drive.call("POST", f"{path}:/versions/1.0/restoreVersion").status_code == 204
    assert len(drive.ok("GET", f"{path}:/versions")["value"]) == 3
    made = [drive.call("POST", f"{path}:/createLink", json={"type": "view"}) for _ in range(2)]
    assert [answer.status_code for answer in made] == [201, 200]
    assert made[0].json() == made[1].json()
    item = drive.ok("GET", path)
    moved = drive.ok(
        "PATCH", path, json={"name": "W.txt", "parentReference": {"path": "/drive/root:/Pictures"}}
    )
    assert (moved["id"], moved["parentReference"]["path"]) == (item["id"], "/drive/root:/Pictures")
    stale = drive.call("DELETE", f"{ROOT}:/Pictures/W.txt", headers={"If-Match": str(item["eTag"])})
    assert refused(stale, 412, "resourceModified")


def test_search_and_delta(drive: OneDrive) -> None:
    """By name and by text; what changed since, and what is gone."""
    assert drive.names(f"{ROOT}/search(q='prices')") == ["Prices.txt"]
    assert drive.names(f"{ROOT}/search(q='rye')") == ["Prices.txt"]
    assert len(drive.names(f"{ROOT}/search(q='')")) == 5
    everything = drive.ok("GET", f"{ROOT}/delta")
    drive.ok("PUT", f"{ROOT}:/new.txt:/content", data=b"x")
    gone = drive.ok("GET", f"{ROOT}:/Welcome.txt")["id"]
    drive.call("DELETE", f"{ROOT}:/Welcome.txt")
    changed = drive.ok("GET", everything["@odata.deltaLink"])["value"]
    assert [row.get("name") for row in changed] == ["new.txt", None]
    assert changed[1] == {"id": gone, "deleted": {"state": "deleted"}}


def test_who_may_call(drive: OneDrive) -> None:
    """Whoever has a token; a ticket opens what it is for and nothing else; accounts are apart."""
    url = f"{drive.sim.url}/onedrive/v1.0/me"
    for headers in ({}, {"Authorization": "Bearer nonsense"}):
        answer = requests.get(url, headers=headers, timeout=10)
        assert refused(answer, 401, "InvalidAuthenticationToken")
    ticket = drive.ok("GET", f"{ROOT}:/Welcome.txt")["@microsoft.graph.downloadUrl"]
    query = ticket.partition("?")[2]
    assert refused(requests.get(f"{url}?{query}", timeout=10), 401, "InvalidAuthenticationToken")
    drive.sim.post("expire")
    assert refused(drive.call("GET", "/me"), 401, "InvalidAuthenticationToken")
    other = drive.sim.post("grants", tenant="other.example")["access_token"]
    theirs = OneDrive(drive.sim, str(other)).ok("GET", f"{ROOT}:/Welcome.txt")
    content = requests.get(theirs["@microsoft.graph.downloadUrl"], timeout=10)
    assert content.text.startswith("Welcome")


def test_too_many_calls_are_told_to_wait(drive: OneDrive) -> None:
    """429 with Retry-After; what is left is on every answer."""
    drive.sim.post("limits", app=1)
    drive.sim.post("limits", enabled=True)
    assert drive.call("GET", "/me").headers["RateLimit-Remaining"] == "0"
    answer = drive.call("GET", "/me")
    assert refused(answer, 429, "activityLimitReached")
    assert int(answer.headers["Retry-After"]) > 0


def test_tokens_rotate_and_need_offline_access(drive: OneDrive) -> None:
    """Without that scope there is no refresh token."""
    root = f"{drive.sim.url}/onedrive/common/oauth2/v2.0"
    for scope, has_refresh in (("files.readwrite offline_access", True), ("files.read", False)):
        query = {
            "client_id": CLIENT["client_id"], "redirect_uri": CALLBACK, "response_type": "code",
            "scope": scope, "state": "s",
        }  # fmt: skip
        url = requests.Request("GET", f"{root}/authorize", params=query).prepare().url
        form = {
            **CLIENT, "grant_type": "authorization_code", "code": consent(str(url))["code"],
            "redirect_uri": CALLBACK,
        }  # fmt: skip
        answer = requests.post(f"{root}/token", data=form, timeout=10).json()
        assert (answer["token_type"], "refresh_token" in answer) == ("Bearer", has_refresh)
        if has_refresh:
            renew = {**CLIENT, "grant_type": "refresh_token",
                     "refresh_token": answer["refresh_token"]}  # fmt: skip
            renewed = requests.post(f"{root}/token", data=renew, timeout=10).json()
            assert renewed["refresh_token"] != answer["refresh_token"]
            again = requests.post(f"{root}/token", data=renew, timeout=10)
            assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
            assert again.json()["error_description"].startswith("AADSTS")
