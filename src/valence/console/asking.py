"""What the form of Authenticate asks for: by the kind that is chosen, sorted by what it is for."""

from collections.abc import Mapping
from dataclasses import dataclass

from valence.domain import AuthenticationKind, ConfigurationEntry, Element
from valence.instances import asks_owner, kind_of

CHOICE = "authentication.type"
BY_APP = ("oauth.api.key", "oauth.api.secret", "oauth.callback.url")
_LONG = ("oauth.private.key",)
"""Keys whose values have several lines, which a one-line field would join."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The entries of one kind: of the app, of the account, and those that may stay as they are.

    `control` is the entry by which the kind is chosen, None: there is nothing to choose.
    """

    kind: AuthenticationKind
    asks_owner: bool
    control: ConfigurationEntry | None
    chosen: str
    by_app: tuple[ConfigurationEntry, ...]
    account: tuple[ConfigurationEntry, ...]
    options: tuple[ConfigurationEntry, ...]

    @property
    def keys(self) -> frozenset[str]:
        """The keys of everything that is asked for."""
        entries = (*self.by_app, *self.account, *self.options)
        return frozenset(entry.key for entry in entries)

    def missing(self, typed: Mapping[str, str]) -> frozenset[str]:
        """Return the keys that have to be filled in and are not."""
        return frozenset(
            entry.key
            for entry in (*self.by_app, *self.account)
            if is_needed(entry) and not typed.get(entry.key, "").strip()
        )


def asked_of(element: Element, typed: Mapping[str, str], *, has_app: bool = False) -> Asked:
    """Return what an element's form asks for.

    Args:
        typed: what was typed so far; it says which kind is chosen.
        has_app: whether there is an app to choose, for kinds that need nobody's consent.
    """
    control = _control(element)
    chosen = ""
    configuration: dict[str, str] = {}
    if control is not None:
        known = [value for value, _ in control.options]
        first = control.default_value if control.default_value in known else known[0]
        chosen = typed.get(control.key, "")
        chosen = chosen if chosen in known else str(first)
        configuration = {control.key: chosen}
    consents = asks_owner(element, configuration)
    entries = [
        entry
        for entry in element.configuration
        if not (entry.is_hidden or entry.is_internal or entry is control)
        and (control is None or entry.group in (None, chosen))
    ]
    by_app = [entry for entry in entries if entry.key in BY_APP and (consents or has_app)]
    others = [entry for entry in entries if entry not in by_app]
    account = [entry for entry in others if _is_of_account(entry, consents=consents)]
    return Asked(
        kind=kind_of(element, configuration),
        asks_owner=consents,
        control=control,
        chosen=chosen,
        by_app=tuple(by_app),
        account=tuple(account),
        options=tuple(entry for entry in others if entry not in account),
    )


def is_masked(entry: ConfigurationEntry) -> bool:
    """Tell whether nobody should read over a shoulder what is typed; it is never shown again.

    A user name that is really a key is one; a client id is not, though it is sealed at rest."""
    if entry.key == "oauth.api.key":
        return entry.type == "PASSWORD"
    return entry.is_secret or (entry.key == "username" and "key" in entry.name.casefold().split())


def is_long(entry: ConfigurationEntry) -> bool:
    """Tell whether a value may have several lines."""
    return entry.key in _LONG or entry.type == "TEXTAREA"


def is_needed(entry: ConfigurationEntry) -> bool:
    """Tell whether a value has to be typed."""
    return entry.is_required and entry.default_value is None


def _is_of_account(entry: ConfigurationEntry, *, consents: bool) -> bool:
    if entry.is_required or entry.group is not None:
        return True
    return not consents and entry.type != "BOOLEAN" and entry.default_value is None


def _control(element: Element) -> ConfigurationEntry | None:
    entry = element.entry(CHOICE)
    if entry is None:
        entry = next((one for one in element.configuration if one.is_group_control), None)
    return entry if entry is not None and entry.options and not entry.is_internal else None
