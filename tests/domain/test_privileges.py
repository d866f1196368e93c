"""What roles may do."""

from itertools import pairwise

import pytest

from valence.domain import PRIVILEGES_OF, Forbidden, Privilege, Role, require_privilege

ELEMENTS = ("viewElements", "createElements", "editElements", "deleteElements")


@pytest.mark.parametrize(
    ("role", "may"),
    [
        ("default-user", {"viewElements", "createElementInstances"}),
        ("org", {"viewElements", "createElementInstances"}),
        ("admin", {*ELEMENTS, "createElementInstances"}),
        ("org-admin", {*ELEMENTS, "createElementInstances"}),
    ],
)
def test_what_a_role_may_do_with_elements(role: str, may: set[str]) -> None:
    """Everybody sees elements and makes instances; administrators change elements."""
    about = {*ELEMENTS, "createElementInstances"}
    assert {p.value for p in PRIVILEGES_OF[Role(role)]} & about == may


def test_a_missing_privilege_is_named() -> None:
    """The message says which privilege which role lacks."""
    require_privilege(Role.ACCOUNT_ADMIN, Privilege.EDIT_ELEMENTS)
    with pytest.raises(Forbidden, match=r"editElements.*default-user") as refused:
        require_privilege(Role.USER, Privilege.EDIT_ELEMENTS)
    assert refused.value.code == "privilege-missing"


def test_roles_hold_what_lower_roles_hold() -> None:
    """And nobody holds `system`; an account's administrator holds nothing of the organization."""
    roles = list(Role)
    for lower, higher in pairwise(roles):
        assert PRIVILEGES_OF[lower] <= PRIVILEGES_OF[higher]
    assert all(Privilege.SYSTEM not in held for held in PRIVILEGES_OF.values())
    assert Privilege.CONFIGURE_ROLES not in PRIVILEGES_OF[Role.ACCOUNT_ADMIN]
