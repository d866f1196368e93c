"""The moments of an instance's life at which its element may have a say.

An element may have resources that nobody calls but Valence: they validate a new instance, prepare
its account at the vendor, and clean up at the end. They run through the same pipeline as any call,
which stands above this room; `assembly` binds it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from valence.domain import Instance
from valence.instances.schemes.authorization import Authorization

AT_CREATION = ("provisionAuthValidation", "onProvision", "onProvisionWebhook")
"""Run in this order before an instance is stored; an error of any refuses the instance."""

AT_DELETION = ("onDeleteWebhook", "onDelete")
"""Run in this order before an instance is deleted; errors are logged and ignored."""

ON_AUTHORIZE = "oauthOnAuthroizeUrl"
ON_EXCHANGE = "oauthOnTokenExchange"
ON_CLIENT_CREDENTIALS = "oauth2ClientCredentials"
ON_TOKEN_REFRESH = "oauthOnTokenRefresh"  # noqa: S105 - a type of resources
ON_REFRESH = "onRefresh"
ON_REVOKE = "oauthOnTokenRevoke"


@dataclass(frozen=True, slots=True)
class Ran:
    """What resources gave: configuration, and the answer of the last one."""

    configuration: Mapping[str, str] = field(default_factory=dict, repr=False)
    answer: Any = field(default=None, repr=False)


class LifeCycle(Protocol):
    """Runs the resources of one life-cycle type."""

    async def __call__(
        self,
        instance: Instance,
        type_: str,
        *,
        parameters: Mapping[str, str],
        authorization: Authorization | None,
    ) -> Ran:
        """Return the configuration that the resources give, and their answer.

        Args:
            authorization: in place of the instance's stored credentials.

        Raises:
            ValenceError: the vendor answered an error, or a script failed.
        """


async def no_life_cycle(
    instance: Instance,
    type_: str,
    *,
    parameters: Mapping[str, str],
    authorization: Authorization | None,
) -> Ran:
    """Run nothing: what stands until the pipeline is bound."""
    return Ran()
