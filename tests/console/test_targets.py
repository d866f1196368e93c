"""Where the form that sends an owner to his vendor may lead."""

import pytest

from tests.instances.connected import element_of
from valence.console.targets import form_targets


@pytest.mark.parametrize(
    ("address", "targets"),
    [
        ("https://login.v.example/authorize?x=1", ("https://login.v.example",)),
        ("http://127.0.0.1:8090/app", ("http://127.0.0.1:8090",)),
        ("https://login.v.example/{tenant}/authorize", ("https://login.v.example",)),
        ("https://{subdomain}.v.example/authorize", ("https://*.v.example",)),
        ("https://{site.address}/authorize", ("https:",)),
        ("{store.url}/authorize", ("https:",)),
        ("", ()),
    ],
)
def test_a_form_leads_where_the_definition_says(address: str, targets: tuple[str, ...]) -> None:
    """And no further than it has to."""
    given = {"oauth.authorization.url": address} if address else {}
    assert form_targets(element_of("oauth2", given)) == targets
