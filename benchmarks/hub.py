"""A hub with one connected instance, for measuring."""

import contextlib
import json
import tempfile
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from valence.cli.children import LocalHub, running_hub
from valence.cli.visitor import consent

CALLBACK = "http://localhost/callback"


@dataclass(frozen=True, slots=True)
class Connected:
    """A hub, and the headers with which its instance is called."""

    hub: LocalHub
    headers: dict[str, str]

    @property
    def contacts_url(self) -> str:
        """A page of contacts; by address, so that no measurement includes a name's look-up."""
        return f"{self.hub.api}/hubs/crm/contacts?pageSize=20".replace("localhost", "127.0.0.1")


@contextlib.contextmanager
def connected(vendor: str, settings: Mapping[str, str] | None = None) -> Iterator[Connected]:
    """Run a hub of one worker against a vendor's address and authenticate an instance."""
    with (
        tempfile.TemporaryDirectory(prefix="valence-bench-") as folder,
        running_hub(Path(folder), sandbox_url=vendor, settings=settings) as hub,
    ):
        secrets = hub.secrets
        caller = f"User {secrets['userSecret']}, Organization {secrets['organizationSecret']}"
        query = urlencode({"apiKey": "sandbox-client", "callbackUrl": CALLBACK})
        found = _call(f"{hub.api}/elements/infusionsoftrest/oauth/url?{query}", caller)
        body = {
            "element": {"key": "infusionsoftrest"},
            "name": "Bench",
            "providerData": {"code": consent(found["oauthUrl"])["code"]},
            "configuration": {
                "oauth.api.key": "sandbox-client",
                "oauth.api.secret": "sandbox-secret",
                "oauth.callback.url": CALLBACK,
            },
        }
        made = _call(f"{hub.api}/instances", caller, body)
        yield Connected(hub, {"Authorization": f"{caller}, Element {made['token']}"})


def order(sandbox: str, name: str, **values: object) -> None:
    """Give the sandbox an order."""
    _call(f"{sandbox}/_sim/{name}", "", values)


def _call(url: str, authorization: str, body: object = None) -> dict[str, str]:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})
    if authorization:
        request.add_header("Authorization", authorization)
    with urllib.request.urlopen(request) as response:
        found: dict[str, str] = json.load(response)
        return found
