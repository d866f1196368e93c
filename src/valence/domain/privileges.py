"""What a role may do: the privileges of the wire contract and the roles that hold them.

Source: the wire contract on privileges, for the keys and what they open; which role holds which is
Valence's choice but for two facts of the contract: `default-user` and `org` may view elements and
create instances, and nobody is given `system`.
"""

from collections.abc import Mapping
from enum import StrEnum

from valence.domain.errors import Forbidden
from valence.domain.tenancy import Role


class Privilege(StrEnum):
    """Something that not every caller may do."""

    VIEW_ELEMENTS = "viewElements"
    CREATE_ELEMENTS = "createElements"
    EDIT_ELEMENTS = "editElements"
    DELETE_ELEMENTS = "deleteElements"
    CREATE_ELEMENT_INSTANCES = "createElementInstances"
    VIEW_FORMULAS = "viewFormulas"
    CREATE_FORMULAS = "createFormulas"
    EDIT_FORMULAS = "editFormulas"
    DELETE_FORMULAS = "deleteFormulas"
    CREATE_FORMULA_INSTANCES = "createFormulaInstances"
    VIEW_COMMON_OBJECTS = "viewCommonObjects"
    CREATE_COMMON_OBJECTS = "createCommonObjects"
    EDIT_COMMON_OBJECTS = "editCommonObjects"
    DELETE_COMMON_OBJECTS = "deleteCommonObjects"
    VIEW_ACCOUNT_USERS = "viewUsersAccount"
    ADD_ACCOUNT_USERS = "addUsersAccount"
    EDIT_ACCOUNT_USERS = "editUsersAccount"
    DELETE_ACCOUNT_USERS = "deleteUsersAccount"
    VIEW_ORGANIZATION_USERS = "viewUsersOrg"
    ADD_ORGANIZATION_USERS = "addUsersOrg"
    EDIT_ORGANIZATION_USERS = "editUsersOrg"
    DELETE_ORGANIZATION_USERS = "deleteUsersOrg"
    VIEW_ORGANIZATION_LOGS = "viewLogsOrg"
    VIEW_ACCOUNT_LOGS = "viewLogsAccount"
    MODIFY_SECURITY = "modifySecurity"
    CONFIGURE_ROLES = "configureRoles"
    MANAGE_BRANDING = "manageUiBranding"
    SYSTEM = "system"
    INTELLIGENCE = "intelligence"


_USERS_OWN = frozenset(
    {
        Privilege.VIEW_ELEMENTS,
        Privilege.CREATE_ELEMENT_INSTANCES,
        Privilege.VIEW_FORMULAS,
        Privilege.CREATE_FORMULA_INSTANCES,
        Privilege.VIEW_COMMON_OBJECTS,
    }
)
_ORGANIZATIONS = frozenset(
    {
        Privilege.VIEW_ORGANIZATION_USERS,
        Privilege.ADD_ORGANIZATION_USERS,
        Privilege.EDIT_ORGANIZATION_USERS,
        Privilege.DELETE_ORGANIZATION_USERS,
        Privilege.VIEW_ORGANIZATION_LOGS,
        Privilege.MODIFY_SECURITY,
        Privilege.CONFIGURE_ROLES,
        Privilege.MANAGE_BRANDING,
        Privilege.INTELLIGENCE,
    }
)

PRIVILEGES_OF: Mapping[Role, frozenset[Privilege]] = {
    Role.USER: _USERS_OWN,
    Role.ORGANIZATION_USER: _USERS_OWN,
    Role.ACCOUNT_ADMIN: frozenset(Privilege) - _ORGANIZATIONS - {Privilege.SYSTEM},
    Role.ORGANIZATION_ADMIN: frozenset(Privilege) - {Privilege.SYSTEM},
}


def require_privilege(role: Role, privilege: Privilege) -> None:
    """Refuse a caller whose role lacks a privilege. Raises Forbidden."""
    if privilege not in PRIVILEGES_OF[role]:
        raise Forbidden(
            f"This needs the privilege {privilege.value}, which the role {role.value} lacks.",
            code="privilege-missing",
        )
