"""What is asked of the room, and what it answers, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from valence.domain import Element, Instance, Secret


@dataclass(frozen=True, slots=True)
class OAuthUrlRequest:
    """A wish for an authorization address; `extra` are further configuration keys.

    `request_token` is OAuth 1.0a's. `is_default`: with the operator's application.
    """

    api_key: str
    callback_url: str
    scope: str | None = None
    state: str | None = None
    is_bound: bool = False
    wants_pkce: bool = True
    api_secret: Secret | None = None
    request_token: str = ""
    is_default: bool = False
    extra: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OAuthUrl:
    """Where the owner consents; the secret of a request token that was made for it."""

    url: str
    element_key: str
    request_token_secret: Secret | None = None


@dataclass(frozen=True, slots=True)
class NewInstance:
    """A wish for an instance; `tags` None means not given."""

    element: Element
    name: str
    tags: tuple[str, ...] | None = None
    provider_data: Mapping[str, str] = field(default_factory=dict, repr=False)
    configuration: Mapping[str, str] = field(default_factory=dict, repr=False)
    external_authentication: str = "none"


@dataclass(frozen=True, slots=True)
class CreatedInstance:
    """A new instance with what may be echoed of the provider data."""

    instance: Instance
    provider_data: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class InstanceChange:
    """What to change; None means leave as it is."""

    element: Element | None = None
    name: str | None = None
    tags: tuple[str, ...] | None = None
    configuration: Mapping[str, str] = field(default_factory=dict, repr=False)
    provider_data: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class ConfigurationRecord:
    """One configuration value of an instance with its place in the element; secrets masked."""

    id: int
    key: str
    name: str
    description: str
    value: str | None
    type: str
    is_required: bool
    is_hidden: bool
