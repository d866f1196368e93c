"""Where the form that sends an owner to the vendor may lead."""

import pytest

from valence.console.consent_target import consent_targets
from valence.elements import Catalog


@pytest.mark.parametrize(
    ("key", "targets"),
    [
        ("infusionsoftrest", ("https://accounts.infusionsoft.com",)),
        ("sfdc", ("https:",)),  # the owner's site is part of what the form says
        ("stripe", ()),  # nobody is sent anywhere
    ],
)
def test_a_form_leads_to_the_vendor_only(key: str, targets: tuple[str, ...]) -> None:
    """To its one host, or to any where it has one for each tenant."""
    assert consent_targets(Catalog.load().require(key)) == targets
