"""The sandbox over a real socket, and a caller who holds a token of it."""

from dataclasses import dataclass
from typing import Any

import pytest
import requests

from tests.conftest import CALLBACK, Sim
from valence.cli.visitor import consent

CLIENT = ("sandbox-client", "sandbox-secret")


@dataclass
class Vendor:
    """Keap as an application sees it."""

    url: str
    sim: Sim
    token: str = ""

    def authorize_url(self, *, redirect_uri: str = CALLBACK, **changed: str) -> str:
        query = {
            "client_id": CLIENT[0],
            "redirect_uri": redirect_uri,
            "response_type": "code",
            "scope": "full",
            "state": "s1",
            **changed,
        }
        request = requests.Request("GET", f"{self.url}/app/oauth/authorize", params=query)
        return str(request.prepare().url)

    def code(self, **choices: Any) -> str:
        return consent(self.authorize_url(), **choices)["code"]

    def exchange(self, code: str, **changed: str) -> requests.Response:
        form = {
            "grant_type": "authorization_code",
            "client_id": CLIENT[0],
            "client_secret": CLIENT[1],
            "code": code,
            "redirect_uri": CALLBACK,
            **changed,
        }
        kept = {name: value for name, value in form.items() if value}
        return requests.post(f"{self.url}/token", data=kept, timeout=10)

    def refresh(self, token: str, *, client: tuple[str, str] = CLIENT) -> requests.Response:
        form = {"grant_type": "refresh_token", "refresh_token": token}
        return requests.post(f"{self.url}/token", data=form, auth=client, timeout=10)

    def pair(self) -> dict[str, Any]:
        return self.exchange(self.code()).json()

    def call(self, method: str, path: str, **more: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.token}", **more.pop("headers", {})}
        return requests.request(
            method, f"{self.url}/crm/rest{path}", headers=headers, timeout=10, **more
        )


@pytest.fixture
def vendor(sim: Sim) -> Vendor:
    """Keap as it starts, with an access token."""
    granted = sim.post("grants")
    return Vendor(sim.url, sim, str(granted["access_token"]))
