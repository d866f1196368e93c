"""Acme: a vendor with ways of its own, played over HTTP on loopback as strictly as one could wish.

Every call needs a token, the media type of the vendor and a trace of ten letters and digits; what
a path does not know, by address, query or field, is refused."""

import base64
import json
import re
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

CLIENT, SECRET, CALLBACK = "acme-client", "acme-s3cret-of-app", "http://localhost/callback"
SITE = "bakery"
KEY = "acme-k3y-of-site"
MEDIA_TYPE = "application/vnd.acme+json"

Json = dict[str, Any]


class Refusal(Exception):
    """An answer that is none of the good ones."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True)
class Seen:
    """A request as it arrived."""

    method: str
    path: str
    query: dict[str, str]
    headers: Message
    body: bytes

    @property
    def json(self) -> Any:
        if self.headers.get_content_type() != "application/json":
            raise Refusal(415, f"{self.headers.get('Content-Type')} is not JSON")
        return json.loads(self.body)

    def wants(self, *known: str) -> None:
        """Refuse parameters that are not known."""
        unknown = sorted(set(self.query) - set(known))
        if unknown:
            raise Refusal(400, f"unknown parameter {unknown[0]}")


@dataclass
class Acme:
    """The vendor's state: grants, people, deals; and every request that reached it."""

    url: str = ""
    seen: list[Seen] = field(default_factory=list)
    codes: set[str] = field(default_factory=set)
    access: set[str] = field(default_factory=set)
    refresh: set[str] = field(default_factory=set)
    people: dict[int, Json] = field(default_factory=dict)
    deals: dict[int, Json] = field(default_factory=dict)
    audit: list[Json] = field(default_factory=list)
    files: list[Json] = field(default_factory=list)

    def reset(self) -> None:
        """Everything as at the start: five people, five deals, no grant."""
        for held in (self.seen, self.codes, self.access, self.refresh, self.audit, self.files):
            held.clear()
        names = ("ada", "bea", "cid", "dan", "eve")
        self.people = {
            n: {"id": n, "email": f"{name}@acme.example", "city": "Ulm" if n % 2 else "Bonn"}
            for n, name in enumerate(names, start=1)
        }
        self.deals = {n: {"id": n, "title": f"Deal {n}"} for n in range(1, 6)}

    def calls(self, path: str) -> list[Seen]:
        """What reached a path of the API."""
        return [seen for seen in self.seen if seen.path == f"/{SITE}/v1{path}"]

    def answer(self, seen: Seen) -> tuple[int, Any, dict[str, str]]:
        """Return status, body and headers."""
        self.seen.append(seen)
        # Acme has two pages for consent; a client may lead its user to either.
        if seen.method == "GET" and seen.path in ("/login/authorize", "/login/other"):
            return self._consent(seen)
        if (seen.method, seen.path) == ("POST", "/login/token"):
            return 200, self._token(seen), {}
        self._admit(seen)
        if (seen.method, seen.path) == ("POST", "/upload/files"):
            return 201, self._upload(seen), {}
        prefix = f"/{SITE}/v1/"
        if not seen.path.startswith(prefix):
            raise Refusal(404, "no such site")
        first, *rest = seen.path.removeprefix(prefix).split("/")
        name = f"_{seen.method.lower()}_{first}" + ("_one" if rest else "")
        found = getattr(self, name, None)
        if found is None or len(rest) > 1:
            raise Refusal(404, f"no {seen.method} {seen.path}")
        if seen.method in ("GET", "DELETE") and seen.body and first != "me":
            raise Refusal(400, "a body where none belongs")
        status, body = found(seen, *rest)
        return status, body, {"x-acme": "vendor"}

    def _consent(self, seen: Seen) -> tuple[int, Any, dict[str, str]]:
        wanted = {"response_type": "code", "client_id": CLIENT, "redirect_uri": CALLBACK}
        if {k: seen.query.get(k) for k in wanted} != wanted or seen.query[
            "scope"
        ] != "people deals":
            raise Refusal(400, "not the question of a client")
        code = secrets.token_urlsafe(8)
        self.codes.add(code)
        back = urlencode({"code": code, "state": seen.query["state"]})
        return 302, "", {"Location": f"{CALLBACK}?{back}"}

    def _token(self, seen: Seen) -> Json:
        form = dict(parse_qsl(seen.body.decode(), strict_parsing=True))
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        in_body = (form.get("client_id"), form.get("client_secret")) == (CLIENT, SECRET)
        if not in_body and seen.headers.get("Authorization") != f"Basic {basic}":
            raise Refusal(401, "invalid_client")
        held, word = (
            (self.codes, "code")
            if form["grant_type"] == "authorization_code"
            else (self.refresh, "refresh_token")
        )
        if form[word] not in held or (word == "code" and form["redirect_uri"] != CALLBACK):
            raise Refusal(400, "invalid_grant")
        held.remove(form[word])
        access, refresh = secrets.token_urlsafe(12), secrets.token_urlsafe(12)
        self.access.add(access)
        self.refresh.add(refresh)
        return {
            "access_token": access,
            "refresh_token": refresh,
            "token_type": "bearer",
            "expires_in": 3600,
        }

    def _admit(self, seen: Seen) -> None:
        if seen.headers.get("Authorization", "").removeprefix("Bearer ") not in self.access:
            raise Refusal(401, "the token is not valid")
        if seen.headers.get("Accept") != MEDIA_TYPE:
            raise Refusal(406, "this vendor speaks its own type")
        if not re.fullmatch(r"[A-Za-z0-9]{10}", seen.headers.get("X-Trace", "")):
            raise Refusal(400, "no trace")

    def _upload(self, seen: Seen) -> Json:
        head = f"Content-Type: {seen.headers['Content-Type']}\r\n\r\n".encode()
        parts = BytesParser().parsebytes(head + seen.body).get_payload()
        found = {p.get_param("name", header="content-disposition"): p for p in parts}
        if sorted(found) != ["file", "folder"]:
            raise Refusal(400, f"parts {sorted(found)}")
        content = found["file"].get_payload(decode=True).decode()
        kept = {
            "name": found["file"].get_filename(),
            "content": content,
            "folder": found["folder"].get_payload(decode=True).decode(),
        }
        self.files.append(kept)
        return kept

    def _get_me(self, seen: Seen) -> tuple[int, Any]:
        if json.loads(seen.body) != {"who": SITE}:
            raise Refusal(400, "who?")
        return 200, {"data": {"user": {"id": "u-77", "role": "owner"}}}

    def _get_people(self, seen: Seen) -> tuple[int, Any]:
        seen.wants("limit", "cursor", "email", "city", "sort")
        found = [
            person
            for person in self.people.values()
            if all(person[k] == v for k, v in seen.query.items() if k in ("email", "city"))
        ]
        if "sort" in seen.query:
            name, _, way = seen.query["sort"].partition(" ")
            if name not in ("id", "email") or way not in ("", "asc", "desc"):
                raise Refusal(400, f"cannot sort by {seen.query['sort']}")
            found.sort(key=lambda person: person[name], reverse=way == "desc")
        limit = int(seen.query.get("limit", "100"))
        if not 1 <= limit <= 100:
            raise Refusal(400, "limit is 1 to 100")
        start = 0
        if "cursor" in seen.query:
            if not (opened := re.fullmatch(r"after-(\d+)", seen.query["cursor"])):
                raise Refusal(400, "that cursor is not mine")
            start = int(opened[1])
        data: Json = {"items": found[start : start + limit]}
        if start + limit < len(found):
            data["cursor"] = f"after-{start + limit}"
        return 200, {"data": data}

    def _post_people(self, seen: Seen) -> tuple[int, Any]:
        seen.wants()
        person = seen.json["person"]
        if set(seen.json) != {"person"} or "@" not in person.get("email", ""):
            raise Refusal(422, "a person needs an email")
        made = {"id": max(self.people) + 1, **person}
        if seen.headers.get("X-Dry-Run") != "yes":
            self.people[made["id"]] = made
        return 201, {"data": made}

    def _get_people_one(self, seen: Seen, number: str) -> tuple[int, Any]:
        return 200, {"data": self._person(number)}

    def _put_people_one(self, seen: Seen, number: str) -> tuple[int, Any]:
        person = dict(seen.json["person"])
        if set(seen.json) != {"person"} or person.pop("secret", None) != KEY:
            raise Refusal(403, "who changes a person shows the key of the site")
        person.pop("email", None)  # it is mail.primary here
        mail = person.pop("mail", {})
        found = self._person(number)
        found |= person | ({"email": mail["primary"]} if "primary" in mail else {})
        return 200, found

    def _delete_people_one(self, seen: Seen, number: str) -> tuple[int, Any]:
        del self.people[self._person(number)["id"]]
        return 204, ""

    def _person(self, number: str) -> Json:
        if not number.isdecimal() or int(number) not in self.people:
            raise Refusal(404, f"no person {number}")
        return self.people[int(number)]

    def _get_deals(self, seen: Seen) -> tuple[int, Any]:
        seen.wants("p", "per", "q")
        page, size = int(seen.query.get("p", "0")), int(seen.query.get("per", "100"))
        every = list(self.deals.values())
        return 200, {"deals": every[page * size : (page + 1) * size]}

    def _post_deals(self, seen: Seen) -> tuple[int, Any]:
        made = {"id": max(self.deals) + 1, **seen.json}
        self.deals[made["id"]] = made
        return 201, {"data": {"id": made["id"]}}

    def _get_deals_one(self, seen: Seen, number: str) -> tuple[int, Any]:
        return 200, self.deals[int(number)] | {"stage": "new"}

    def _post_audit(self, seen: Seen) -> tuple[int, Any]:
        self.audit.append(seen.json)
        return 200, {"audited": seen.json}

    def _get_labels(self, seen: Seen) -> tuple[int, Any]:
        seen.wants()
        return 200, [{"id": n, "name": f"Label {n}"} for n in range(1, 8)]


@contextmanager
def running_acme() -> Iterator[Acme]:
    """Serve the vendor on a free port of loopback."""
    vendor, lock = Acme(), threading.Lock()
    vendor.reset()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length)
            if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
                body = self._chunks()
            parts = urlsplit(self.path)
            query = dict(parse_qsl(parts.query, keep_blank_values=True))
            seen = Seen(self.command, parts.path, query, self.headers, body)
            try:
                with lock:
                    status, content, headers = vendor.answer(seen)
            except Refusal as exc:
                status, content, headers = exc.status, {"message": str(exc)}, {}
                if seen.path == "/login/token":
                    content = {"error": str(exc)}
            data = b"" if content == "" else json.dumps(content).encode()
            self.send_response(status)
            if data:
                self.send_header("Content-Type", "application/json")
            for name, value in headers.items():
                self.send_header(name, value)
            if status != 204:
                self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def _chunks(self) -> bytes:
            found = b""
            while size := int(self.rfile.readline().split(b";")[0], 16):
                found += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            return found

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve

        def log_message(self, format: str, *arguments: object) -> None:
            """Say nothing: what arrived is in `seen`."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    vendor.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield vendor
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
