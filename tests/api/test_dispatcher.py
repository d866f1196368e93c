"""Which side a path belongs to."""

from typing import Any

import pytest

from valence.api.app import platform_nouns
from valence.api.dispatcher import Dispatcher
from valence.domain import CallerSecrets

NOUNS = platform_nouns() | {b"accounts", b"users", b"formulas", b"vdrs"}


async def side(path: str, *, token: bool) -> tuple[str, list[str]]:
    """Return where a path goes for an element that declares accounts, users and vdrs."""
    reached: list[str] = []
    asked: list[str] = []

    def app(name: str) -> Any:
        async def serve(scope: Any, receive: Any, send: Any) -> None:
            reached.append(name)

        return serve

    async def declares(secrets: CallerSecrets, path: str) -> bool:
        assert secrets.element == "t"
        asked.append(path)
        return path.partition("/")[0] in ("accounts", "users", "vdrs", "formulas")

    dispatcher = Dispatcher(
        management=app("platform"),
        gateway=app("element"),
        console=app("console"),
        nouns=NOUNS,
        declares=declares,
    )
    value = b"User u, Organization o" + (b", Element t" if token else b"")
    scope = {
        "type": "http",
        "raw_path": b"/elements/api-v2/" + path.encode(),
        "headers": [(b"authorization", value)],
    }
    await dispatcher(scope, None, None)  # type: ignore[arg-type]
    return reached[0], asked


@pytest.mark.parametrize(
    ("path", "with_token", "without"),
    [
        ("contacts", "element", "element"),
        ("accounts", "element", "platform"),
        ("accounts/5", "element", "platform"),
        ("accounts/5/contacts", "element", "platform"),
        ("accounts/objects", "platform", "platform"),
        ("accounts/objects/x/definitions", "platform", "platform"),
        ("accounts/5/objects/x", "platform", "platform"),
        ("accounts/5/elements/6", "platform", "platform"),
        ("accounts/5/users", "platform", "platform"),
        ("accounts/5/usersxx", "element", "platform"),
        ("users", "element", "platform"),
        ("users/5/roles/admin", "platform", "platform"),
        ("applications", "platform", "platform"),
        ("elements/x", "platform", "platform"),
        ("instances", "platform", "platform"),
        ("formulas", "platform", "platform"),
        ("vdrs/x", "platform", "platform"),
        ("hubs", "platform", "platform"),
        ("hubs/keys", "platform", "platform"),
        ("hubs/crm", "element", "platform"),
        ("hubs/crm/elements", "element", "platform"),
        ("hubs/crm/accounts", "element", "element"),
        ("hubs/crm/vdrs", "element", "element"),
    ],
)
async def test_names_that_are_both(path: str, with_token: str, without: str) -> None:
    """The element's where it declares them, but what is always the platform's."""
    assert (await side(path, token=True))[0] == with_token
    assert (await side(path, token=False))[0] == without


async def test_only_contested_names_are_looked_up() -> None:
    """A usual call is dispatched without a look at its element."""
    for path in ("contacts", "hubs/crm/accounts", "instances", "accounts/objects"):
        assert (await side(path, token=True))[1] == []
    assert (await side("accounts/5", token=True))[1] == ["accounts/5"]
