"""Where an instance may move."""

from dataclasses import replace

import pytest

from valence.domain import AuthenticationKind, ConfigurationEntry, Element, InvalidRequest
from valence.instances.moves import require_movable


def element(**more: object) -> Element:
    addresses = {
        "base.url": "https://api.acme.example/v1",
        "oauth.token.url": "https://id.acme.example/t",
    }
    values: dict[str, object] = {
        "id": 7,
        "key": "acme",
        "name": "Acme",
        "description": "",
        "hub": "crm",
        "authentication": AuthenticationKind.OAUTH2,
        "configuration": entries(addresses),
        "operations": (),
        "wire": {},
        **more,
    }
    return Element(**values)  # type: ignore[arg-type]


def entries(addresses: dict[str, str]) -> tuple[ConfigurationEntry, ...]:
    return tuple(
        ConfigurationEntry(
            key=key, name=key, description="", type="TEXTFIELD_1000", default_value=url
        )
        for key, url in addresses.items()
    )


ELSEWHERE = entries(
    {"base.url": "https://evil.example", "oauth.token.url": "https://id.acme.example/t"}
)
OTHER_PATHS = entries(
    {"base.url": "https://API.acme.example/v2", "oauth.token.url": "https://id.acme.example/token"}
)


@pytest.mark.parametrize(
    ("target", "may"),
    [
        ({"origin_id": 7, "configuration": ELSEWHERE}, True),
        ({"configuration": OTHER_PATHS}, True),
        ({"configuration": ELSEWHERE}, False),
        ({"configuration": ()}, False),
        ({"authentication": AuthenticationKind.BASIC}, False),
        ({"origin_id": 7, "authentication": AuthenticationKind.BASIC}, False),
    ],
    ids=["clone", "same hosts", "other host", "no host", "other kind", "clone of other kind"],
)
def test_credentials_stay_with_their_hosts(target: dict[str, object], may: bool) -> None:
    """To a clone of the same origin, or to the same hosts; always by the same authentication."""
    here, there = element(), element(id=8, key="other", **target)
    if may:
        require_movable(here, there)
        require_movable(there, here)
        return
    with pytest.raises(InvalidRequest) as refused:
        require_movable(here, there)
    assert refused.value.code == "element-mismatch"


def test_clones_of_one_origin_are_related() -> None:
    """Also with each other, whatever each was changed to since."""
    one = element(id=8, origin_id=7)
    require_movable(one, replace(one, id=9, configuration=ELSEWHERE))
