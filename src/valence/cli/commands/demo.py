"""`valence demo`: the main job, performed for real against the sandbox, then left running."""

import contextlib
import shutil
import signal
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote, urlencode

import typer

from valence.domain import OperatorError

if TYPE_CHECKING:
    from rich.console import Console

    from valence.cli.children import LocalHub
    from valence.cli.exchange import Exchanger

EMAIL = "demo@valence.example"
PASSWORD = "Sandbox-2026!"  # noqa: S105 - of a throw-away installation on loopback
CALLBACK = "http://localhost/callback"
CLIENT = {"id": "sandbox-client", "secret": "sandbox-secret"}


def demo(
    port: Annotated[int, typer.Option(help="Port of the hub; a free one if taken.")] = 8080,
    once: Annotated[bool, typer.Option("--once", help="End after the walk.")] = False,
) -> None:
    """Authenticate an Infusionsoft account against the sandbox, call it, leave the console open."""
    from rich.console import Console

    from valence.cli.children import running_hub, running_sandbox

    console = Console(highlight=False)
    folder = Path(tempfile.mkdtemp(prefix="valence-demo-"))
    try:
        with contextlib.ExitStack() as stack:
            console.rule("[bold]Valence demo")
            console.print("Starting the sandbox vendors and a hub on loopback...")
            sandbox_url = stack.enter_context(running_sandbox())
            hub = stack.enter_context(
                running_hub(
                    folder,
                    sandbox_url=sandbox_url,
                    port=_usable(port),
                    email=EMAIL,
                    password=PASSWORD,
                )
            )
            token = _walk(console, hub)
            _invite(console, hub, _kept_header(folder, hub, token), sandbox_url)
            if not once:
                _wait()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _walk(console: "Console", hub: "LocalHub") -> str:
    from valence.cli.exchange import Exchanger

    exchanger = Exchanger(console, [PASSWORD, CLIENT["secret"], *_secrets(hub)])
    caller = _log_in(console, exchanger, hub)
    instance = _authenticate(console, exchanger, hub, caller)
    _call(console, exchanger, hub, f"{caller}, Element {instance['token']}")
    return str(instance["token"])


def _log_in(console: "Console", exchanger: "Exchanger", hub: "LocalHub") -> str:
    console.rule("Log in, and read the secrets that programs call with")
    answer = _send(
        exchanger,
        "POST",
        f"{hub.api}/authentication",
        body={"username": EMAIL, "password": PASSWORD},
        hide="token",
    )
    token = answer.json["token"]
    _send(exchanger, "GET", f"{hub.api}/authentication/secrets", authorization=f"Bearer {token}")
    return f"User {hub.secrets['userSecret']}, Organization {hub.secrets['organizationSecret']}"


def _authenticate(
    console: "Console", exchanger: "Exchanger", hub: "LocalHub", caller: str
) -> dict[str, Any]:
    from valence.cli.visitor import consent

    console.rule("1. Ask for the address where the account's owner consents")
    query = urlencode(
        {"apiKey": CLIENT["id"], "apiSecret": CLIENT["secret"], "callbackUrl": CALLBACK}
    )
    address = f"{hub.api}/elements/infusionsoftrest/oauth/url?{query}"
    url = _send(exchanger, "GET", address, authorization=caller).json["oauthUrl"]
    console.rule("2. The owner signs in at the vendor and allows access")
    back = consent(url)
    console.print(f"The vendor sends the browser back to {CALLBACK} with")
    console.print({**back, "code": "********"})
    console.rule("3. Create the instance with the code")
    exchanger.hide(back["code"])
    body = {
        "element": {"key": "infusionsoftrest"},
        "providerData": {"code": back["code"]},
        "configuration": {
            "oauth.api.key": CLIENT["id"],
            "oauth.api.secret": CLIENT["secret"],
            "oauth.callback.url": CALLBACK,
        },
        "tags": ["Docs"],
        "name": "API Instance",
    }
    answer = _send(
        exchanger, "POST", f"{hub.api}/instances", authorization=caller, body=body, hide="token"
    )
    return dict(answer.json)


def _call(console: "Console", exchanger: "Exchanger", hub: "LocalHub", caller: str) -> None:
    contacts = f"{hub.api}/hubs/crm/contacts"
    console.rule("Call it: ping, then contacts through the CRM hub")
    _send(exchanger, "GET", f"{hub.api}/hubs/crm/ping", authorization=caller)
    page = _send(exchanger, "GET", f"{contacts}?pageSize=1", authorization=caller)
    following = quote(page.headers["elements-next-page-token"])
    address = f"{contacts}?pageSize=1&nextPage={following}"
    _send(exchanger, "GET", address, authorization=caller)
    console.rule("Create a contact, change it, find it, delete it")
    body = {
        "given_name": "Grace",
        "family_name": "Hopper",
        "email_addresses": [{"email": "grace@example.com", "field": "EMAIL1"}],
    }
    made = _send(exchanger, "POST", contacts, authorization=caller, body=body).json
    one = f"{contacts}/{made['id']}"
    change = {"given_name": "Amazing Grace"}
    _send(exchanger, "PATCH", one, authorization=caller, body=change)
    where = urlencode({"where": "email='grace@example.com'", "fields": "id,given_name"})
    _send(exchanger, "GET", f"{contacts}?{where}", authorization=caller)
    _send(exchanger, "DELETE", one, authorization=caller)
    _send(exchanger, "GET", one, authorization=caller, expected=404)


def _send(
    exchanger: "Exchanger",
    method: str,
    url: str,
    *,
    authorization: str | None = None,
    body: Any = None,
    hide: str = "",
    expected: int = 200,
) -> Any:
    """Send and insist on the expected status. Raises OperatorError."""
    answer = exchanger.send(method, url, authorization=authorization, body=body, hide=hide)
    if answer.status != expected:
        raise OperatorError(f"The demo expected {expected} and got {answer.status}.")
    return answer


def _kept_header(folder: Path, hub: "LocalHub", token: str) -> Path:
    """Write the header of a call to a file that curl reads, so that no secret is on the screen."""
    caller = f"User {hub.secrets['userSecret']}, Organization {hub.secrets['organizationSecret']}"
    file = folder / "authorization"
    file.touch(mode=0o600)
    file.write_text(f"Authorization: {caller}, Element {token}\n", encoding="utf-8")
    return file


def _invite(console: "Console", hub: "LocalHub", header: Path, sandbox_url: str) -> None:
    console.rule("[bold]It is yours")
    console.print(f"Console   {hub.url}/console", soft_wrap=True)
    console.print(f"Sign in   {EMAIL} / {PASSWORD}")
    console.print(
        f"Vendor    client {CLIENT['id']} / {CLIENT['secret']}, login demo / demo ({sandbox_url})",
        soft_wrap=True,
    )
    console.print("Call it yourself (the secrets are in the file):")
    console.print(
        f"  curl '{hub.api}/hubs/crm/contacts' -H @{header}", soft_wrap=True, markup=False
    )


def _wait() -> None:
    print("Ctrl-C ends everything.", flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        signal.pause()


def _secrets(hub: "LocalHub") -> list[str]:
    return [hub.secrets["userSecret"], hub.secrets["organizationSecret"]]


def _usable(port: int) -> int | None:
    import socket

    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return None
    return port
