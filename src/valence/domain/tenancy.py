"""Who owns what: organization, account, user, and the caller of a request."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """The roles of the wire contract; a higher one includes the lower ones' privileges."""

    USER = "default-user"
    ORGANIZATION_USER = "org"
    ACCOUNT_ADMIN = "admin"
    ORGANIZATION_ADMIN = "org-admin"


VDR_ADMIN = "vdrAdmin"
"""The key of the role that writes the system level; it is held beside one of the others."""


@dataclass(frozen=True, slots=True)
class Organization:
    """The tenant; holds accounts and a secret of its own."""

    id: int
    name: str
    created_ms: int


@dataclass(frozen=True, slots=True)
class Account:
    """A part of an organization; exactly one is the default account."""

    id: int
    organization_id: int
    name: str
    description: str
    external_id: str | None
    is_default: bool
    is_active: bool
    created_ms: int


@dataclass(frozen=True, slots=True)
class User:
    """A person or program with secrets; `email` is the user name, compared without case."""

    id: int
    account_id: int
    organization_id: int
    email: str
    first_name: str
    last_name: str
    role: Role
    is_active: bool
    created_ms: int
    last_login_date: str | None
    is_vdr_admin: bool = False


@dataclass(frozen=True, slots=True)
class Principal:
    """The authenticated caller of one request; what every service is asked on behalf of.

    `is_vdr_admin` is the role `vdrAdmin`, which stands beside the other: only the operator gives
    it, because the system level that it opens is everybody's.
    """

    user_id: int
    account_id: int
    organization_id: int
    role: Role
    is_vdr_admin: bool = False

    @property
    def is_administrator(self) -> bool:
        """Tell whether the caller sees the whole account and not only what is his own."""
        return self.role in (Role.ACCOUNT_ADMIN, Role.ORGANIZATION_ADMIN)
