"""The instance that a pending authorization will make or renew."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from valence.domain import Instance


@dataclass(frozen=True, slots=True)
class InstanceDraft:
    """What was chosen before the owner was sent to the vendor.

    `instance_id` names the instance to re-authenticate; None: a new one is made. `keeps_app` asks
    for the OAuth client to be remembered once it has worked.
    """

    name: str
    tags: tuple[str, ...] = ()
    configuration: Mapping[str, str] = field(default_factory=dict, repr=False)
    instance_id: int | None = None
    keeps_app: bool = False

    def to_json(self) -> dict[str, object]:
        """Return it as JSON values; it holds the client secret."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, object]) -> "InstanceDraft":
        """Read what `to_json` made."""
        values = json.loads(json.dumps(stored))
        return cls(
            name=values["name"],
            tags=tuple(values["tags"]),
            configuration=values["configuration"],
            instance_id=values["instance_id"],
            keeps_app=values["keeps_app"],
        )


@dataclass(frozen=True, slots=True)
class Finished:
    """An instance that an authorization made or renewed, and the draft it began with."""

    instance: Instance
    draft: InstanceDraft
