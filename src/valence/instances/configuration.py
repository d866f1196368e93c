"""Configuration values that callers bring: which count, which are secret, which are missing."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from valence.domain import (
    MASK,
    ConfigurationEntry,
    Element,
    Instance,
    InvalidRequest,
    Secret,
    check_callback_url,
)


@dataclass(frozen=True, slots=True)
class ChosenConfiguration:
    """Accepted values by key, secret ones apart."""

    plain: dict[str, str]
    secret: dict[str, str] = field(repr=False)

    def all(self) -> dict[str, str | Secret]:
        """Return all values, secret ones as `Secret`."""
        return {**self.plain, **{key: Secret(value) for key, value in self.secret.items()}}

    def with_(self, more: "ChosenConfiguration") -> "ChosenConfiguration":
        """Return these values with others, which win."""
        return ChosenConfiguration({**self.plain, **more.plain}, {**self.secret, **more.secret})


def accept(element: Element, given: Mapping[str, str]) -> ChosenConfiguration:
    """Keep what the element knows and a caller may set; the rest is ignored.

    Entries marked internal are the platform's: were a caller to set the token endpoint, client
    secrets could be sent anywhere. A mask means "unchanged" and is no value.

    Raises:
        InvalidRequest: the callback URL is malformed.
    """
    plain: dict[str, str] = {}
    secret: dict[str, str] = {}
    for key, value in given.items():
        entry = element.entry(key)
        if entry is None or entry.is_internal or value == MASK:
            continue
        (secret if entry.is_secret else plain)[key] = value
    if plain.get("oauth.callback.url"):
        check_callback_url(plain["oauth.callback.url"], name="oauth.callback.url")
    return ChosenConfiguration(plain, secret)


def given_back(element: Element, values: Mapping[str, str]) -> ChosenConfiguration:
    """Sort values that a definition's hook or response row gives back into plain and secret.

    Unlike a caller, a definition may set what is internal. A key that the element does not declare
    is sealed: nobody said that it may be seen.
    """
    plain: dict[str, str] = {}
    secret: dict[str, str] = {}
    for key, value in values.items():
        entry = element.entry(key)
        (secret if entry is None or entry.is_secret else plain)[key] = value
    return ChosenConfiguration(plain, secret)


def require_complete(element: Element, chosen: ChosenConfiguration, *, exempt: set[str]) -> None:
    """Refuse a configuration that lacks required values. Raises InvalidRequest naming all.

    What belongs to a group is required where the group is the one chosen.
    """
    values = chosen.all()
    groups = _chosen_groups(element, values)
    missing = [
        entry.key
        for entry in element.configuration
        if _is_asked_for(entry)
        and (entry.group is None or entry.group in groups)
        and entry.key not in exempt
        and not values.get(entry.key)
    ]
    if missing:
        raise InvalidRequest(
            f"Missing required configuration: {', '.join(missing)}.", code="missing-configuration"
        )


def shown(element: Element, instance: Instance) -> dict[str, str]:
    """Return an instance's configuration as readers see it: defaults filled in, secrets masked."""
    values: dict[str, str] = {}
    for entry in element.configuration:
        value = instance.configuration.get(entry.key, entry.default_value)
        if isinstance(value, Secret) or (value and entry.is_secret):
            values[entry.key] = MASK
        elif value is not None:
            values[entry.key] = value
    return values


def _chosen_groups(element: Element, values: Mapping[str, str | Secret]) -> frozenset[str]:
    """Return the groups of entries that count: those which a controlling entry's value names.

    Where nothing controls groups, all count."""
    controls = [entry for entry in element.configuration if entry.is_group_control]
    if not controls:
        return frozenset(entry.group for entry in element.configuration if entry.group)
    return frozenset(
        value.reveal() if isinstance(value, Secret) else value
        for entry in controls
        if (value := values.get(entry.key) or entry.default_value)
    )


def _is_asked_for(entry: ConfigurationEntry) -> bool:
    return entry.is_required and not entry.is_internal and entry.default_value is None
