"""Levels as callers mean them: whose organization, account or instance; and may they?

Source: the wire contract on transformations, its sections on levels and privileges.
"""

from dataclasses import dataclass

from valence.domain import Forbidden, Instance, NotFound, Principal, Role
from valence.instances import Instances
from valence.storage import Database, Place, tenants
from valence.transformations import Level

_MAY_TOUCH: dict[Role, tuple[Level, ...]] = {
    Role.ORGANIZATION_ADMIN: ("organization", "account", "instance"),
    Role.ACCOUNT_ADMIN: ("account", "instance"),
    Role.ORGANIZATION_USER: ("instance",),
    Role.USER: ("instance",),
}


@dataclass(frozen=True, slots=True)
class Scope:
    """One level of one organization.

    `above` are the more general levels that the same call goes through, from the general on.
    `element_key` is the instance's.
    """

    organization_id: int
    place: Place
    level: Level
    above: tuple[Place, ...] = ()
    element_key: str | None = None

    @property
    def chain(self) -> tuple[Place, ...]:
        """The levels from the general to this one."""
        return (*self.above, self.place)

    @property
    def account(self) -> Place | None:
        """The account whose levels alone are seen from here; None: those of all accounts."""
        return next((one for one in self.chain if one.level == "account" and self.above), None)

    def at(self, level: Level) -> "Scope":
        """Return a level that this one is below, or this one itself.

        Raises:
            NotFound: it is below this one.
        """
        for number, place in enumerate(self.chain):
            if place.level == level:
                above = self.chain[:number]
                return Scope(self.organization_id, place, level, above, self.element_key)
        raise NotFound(f"The {self.level} level has no {level} level above it.")


def may_touch(principal: Principal, level: Level) -> bool:
    """Tell whether a caller may write a level."""
    if level == "system":
        return principal.is_vdr_admin
    return level in _MAY_TOUCH[principal.role]


def require_level(principal: Principal, level: Level) -> None:
    """Refuse a caller who may not write a level. Raises Forbidden."""
    if not may_touch(principal, level):
        raise Forbidden(
            f"The role {principal.role.value} may not change what the {level} level holds.",
            code="level-forbidden",
        )


class Scopes:
    """Finds scopes."""

    def __init__(self, database: Database, instances: Instances) -> None:
        self._database = database
        self._instances = instances

    def organization(self, principal: Principal) -> Scope:
        """Return the level of the caller's organization."""
        place = Place("organization", principal.organization_id)
        return Scope(principal.organization_id, place, "organization")

    async def account(self, principal: Principal, account_id: int | None = None) -> Scope:
        """Return the level of an account; None: the caller's own.

        Raises:
            NotFound: there is none. Forbidden: it is another organization's, or not the caller's
                and he does not administer the organization.
        """
        own = principal.account_id
        if account_id is not None and account_id != own:
            await self._require_account(principal, account_id)
        return self._account(principal.organization_id, own if account_id is None else account_id)

    async def instance(self, principal: Principal, instance_id: int) -> Scope:
        """Return the level of an instance. Raises NotFound, and Forbidden for a foreign one."""
        return self.of(await self._instances.get(principal, instance_id))

    def of(self, instance: Instance) -> Scope:
        """Return the level of an instance that the caller may use."""
        account = self._account(instance.organization_id, instance.account_id)
        place = Place("instance", instance.id)
        return Scope(
            instance.organization_id, place, "instance", account.chain, instance.element_key
        )

    def _account(self, organization_id: int, account_id: int) -> Scope:
        above = (Place("organization", organization_id),)
        return Scope(organization_id, Place("account", account_id), "account", above)

    async def _require_account(self, principal: Principal, account_id: int) -> None:
        account = None
        if 0 < account_id < 2**62:
            async with self._database.read() as connection:
                account = await tenants.account_by_id(connection, account_id)
        if account is None:
            raise NotFound(f"No account found with ID {account_id}.")
        if account.organization_id != principal.organization_id:
            raise Forbidden(f"The account {account_id} belongs to another organization.")
        if principal.role is not Role.ORGANIZATION_ADMIN:
            raise Forbidden(f"The account {account_id} is not the caller's.")
