"""A hub with one connected instance, for measuring."""

import contextlib
import json
import tempfile
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from valence.cli.children import LocalHub, running_hub
from valence.cli.visitor import consent

CALLBACK = "http://localhost/callback"
CATALOG_KEY = "infusionsoftrest"


@dataclass(frozen=True, slots=True)
class Connected:
    """A hub, and the headers with which its instance is called."""

    hub: LocalHub
    headers: dict[str, str]

    @property
    def contacts_url(self) -> str:
        """A page of contacts."""
        return self.url("/contacts?pageSize=20")

    @property
    def pid(self) -> int:
        """The hub's process; its workers are descendants of it."""
        return self.hub.process.pid

    def url(self, resource: str) -> str:
        """A resource; by address, so that no measurement includes a name's look-up."""
        return f"{self.hub.api}/hubs/crm{resource}".replace("localhost", "127.0.0.1")

    def hooked(self, resource: str, script: str) -> "Connected":
        """Import the element with a script after one resource; connect an instance of it."""
        caller = self.headers["Authorization"].partition(", Element")[0]
        element = _call(f"{self.hub.api}/elements/{CATALOG_KEY}/export", caller)
        method, _, path = resource.partition(" ")
        for one in element["resources"]:
            if one["method"] == method and one["path"].removeprefix("/hubs/crm") == path:
                one["hooks"] = [
                    {
                        "type": "postRequest",
                        "mimeType": "application/javascript",
                        "isLegacy": False,
                        "body": script,
                    }
                ]
        _call(f"{self.hub.api}/elements", caller, {**element, "key": "hooked", "active": True})
        return _connect(self.hub, "hooked")


@contextlib.contextmanager
def connected(vendor: str, settings: Mapping[str, str] | None = None) -> Iterator[Connected]:
    """Run a hub of one worker against a vendor's address and authenticate an instance."""
    with (
        tempfile.TemporaryDirectory(prefix="valence-bench-") as folder,
        running_hub(Path(folder), sandbox_url=vendor, settings=settings) as hub,
    ):
        yield _connect(hub, CATALOG_KEY)


def order(sandbox: str, name: str, **values: object) -> Any:
    """Give the sandbox an order; return its answer."""
    return _call(f"{sandbox}/_sim/{name}", "", values)


def _connect(hub: LocalHub, key: str) -> Connected:
    secrets = hub.secrets
    caller = f"User {secrets['userSecret']}, Organization {secrets['organizationSecret']}"
    query = urlencode({"apiKey": "sandbox-client", "callbackUrl": CALLBACK})
    found = _call(f"{hub.api}/elements/{key}/oauth/url?{query}", caller)
    body = {
        "element": {"key": key},
        "name": "Bench",
        "providerData": {"code": consent(found["oauthUrl"])["code"]},
        "configuration": {
            "oauth.api.key": "sandbox-client",
            "oauth.api.secret": "sandbox-secret",
            "oauth.callback.url": CALLBACK,
        },
    }
    made = _call(f"{hub.api}/instances", caller, body)
    return Connected(hub, {"Authorization": f"{caller}, Element {made['token']}"})


def _call(url: str, authorization: str, body: object = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})
    if authorization:
        request.add_header("Authorization", authorization)
    with urllib.request.urlopen(request) as response:
        return json.load(response)
