"""Secrets to instance: who is called, and may this caller?"""

from valence.common_resources import NOT_MAPPABLE, NOTHING_MAPPED, Mappings
from valence.domain import CallerSecrets, Forbidden, Instance, Principal, Unauthenticated
from valence.elements import Elements
from valence.gateway.values import Resolved
from valence.instances import Instances
from valence.tenancy import Callers


class Resolver:
    """Finds the instance of a call; remembered ones cost no I/O."""

    def __init__(
        self, callers: Callers, instances: Instances, elements: Elements, mappings: Mappings
    ) -> None:
        self._callers = callers
        self._instances = instances
        self._elements = elements
        self._mappings = mappings

    async def resolve(self, secrets: CallerSecrets) -> Resolved:
        """Return the instance that the secrets address.

        Raises:
            Unauthenticated: secrets missing, unknown, of a deleted instance or of another account.
        """
        if secrets.element is None:
            raise Unauthenticated("A resource call needs an Element token in Authorization.")
        principal = self._callers.authenticated(secrets)
        if principal is None:
            principal = await self._callers.authenticate(secrets)
        instance = self._instances.cached_by_token(secrets.element)
        if instance is None:
            instance = await self._instances.by_token(secrets.element)
        return await self.known(principal, instance)

    async def known(self, principal: Principal, instance: Instance) -> Resolved:
        """Return the instance for a caller who may use it. Raises Unauthenticated."""
        if instance.account_id != principal.account_id:
            raise Unauthenticated("The Element token does not belong to this User's account.")
        element = self._elements.cached(instance.account_id, instance.element_id)
        if element is None:
            element = await self._elements.of(instance.account_id, instance.element_id)
        mapped = self._mappings.cached(instance.id)
        if mapped is None:
            # An import may have brought mappings of hubs that have none.
            is_mappable = element.hub not in NOT_MAPPABLE
            mapped = await self._mappings.of(instance) if is_mappable else NOTHING_MAPPED
        return Resolved(instance, element, principal.user_id, mapped)

    async def of_instance(self, instance: Instance) -> Resolved:
        """Return an instance with its element, for Valence itself."""
        element = await self._elements.of(instance.account_id, instance.element_id)
        return Resolved(instance, element)


def require_enabled(resolved: Resolved) -> None:
    """Refuse a call on a disabled instance. Raises Forbidden."""
    if resolved.instance.is_disabled:
        raise Forbidden(
            f"The element instance {resolved.instance.id} is disabled.", code="instance-disabled"
        )
