"""What an element's own resources do when an instance is made and when it ends."""

from collections.abc import Mapping
from dataclasses import replace

import structlog

from valence.domain import Clock, Element, Instance, ValenceError
from valence.egress import OutboundPolicy
from valence.instances import configuration as configurations
from valence.instances.clients import Clients, Configured
from valence.instances.configuration import ChosenConfiguration
from valence.instances.kinds import fixed_authorization, token_authorization
from valence.instances.life_cycle import AT_CREATION, AT_DELETION, LifeCycle, no_life_cycle
from valence.instances.schemes.authorization import NOTHING, Authorization
from valence.oauth import TokenSet

_log = structlog.get_logger("valence.instances")


class Provisioning:
    """Lets elements validate, provision and clean up."""

    def __init__(self, clients: Clients, policy: OutboundPolicy, *, clock: Clock) -> None:
        self._clients = clients
        self._policy = policy
        self._clock = clock
        self._run: LifeCycle = no_life_cycle

    def bind(self, run: LifeCycle) -> None:
        """Take what runs resources; the room above provides it."""
        self._run = run

    async def before_creation(
        self,
        planned: Instance,
        element: Element,
        chosen: ChosenConfiguration,
        *,
        given: Mapping[str, str],
        tokens: TokenSet | None,
    ) -> tuple[ChosenConfiguration, dict[str, str]]:
        """Let the element validate and provision what is about to be stored.

        Returns the configuration with what the element's resources gave back, and that alone.

        Raises:
            ValenceError: a resource refused.
        """
        news: dict[str, str] = {}
        for type_ in types_at_creation(element):
            planned = replace(planned, configuration=chosen.all())
            authorization = await self._authorization(planned, element, tokens)
            ran = await self._run(planned, type_, parameters=given, authorization=authorization)
            self.check_given_back(ran.configuration)
            news |= ran.configuration
            chosen = chosen.with_(configurations.given_back(element, ran.configuration))
        return chosen, news

    async def before_deletion(self, instance: Instance, element: Element) -> None:
        """Let the element clean up at the vendor; what fails does not keep the instance alive."""
        types = {operation.type for operation in element.operations}
        for type_ in AT_DELETION:
            if type_ not in types:
                continue
            try:
                await self._run(instance, type_, parameters={}, authorization=None)
            except ValenceError as exc:
                _log.warning(
                    "life cycle failed", instance_id=instance.id, type=type_, code=exc.code
                )

    def check_given_back(self, values: Mapping[str, str]) -> None:
        """Refuse a `base.url` that may not be called.

        Where an instance's token is sent may change only to where the policy lets calls go.

        Raises:
            AddressRefused: it may not.
        """
        if values.get("base.url"):
            self._policy.check_url(values["base.url"])

    async def _authorization(
        self, planned: Instance, element: Element, tokens: TokenSet | None
    ) -> Authorization:
        configured = Configured(element, planned.configuration)
        fixed = fixed_authorization(configured, clock=self._clock)
        if fixed is not None or tokens is None:
            return fixed or NOTHING
        client = await self._clients.of(configured)
        return token_authorization(configured, client, tokens, clock=self._clock)


def types_at_creation(element: Element) -> list[str]:
    """Return the types of resources that an element has for the making of an instance, in order."""
    types = {operation.type for operation in element.operations}
    return [type_ for type_ in AT_CREATION if type_ in types]
