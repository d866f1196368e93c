"""The console's words: states, failures, whose turn, times."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from valence.domain import Instance, Whose

_SENTENCES = re.compile(r"(?<=[.!?])\n|\n(?=\n|[-*0-9])")


@dataclass(frozen=True, slots=True)
class State:
    """A state with its word, icon and colour; colour is never alone."""

    word: str
    icon: str
    tone: str


STATES = {
    "connected": State("Connected", "check", "good"),
    "disabled": State("Disabled", "pause", "quiet"),
    "needs-owner": State("Needs its owner", "alert", "bad"),
}

TURNS = {
    Whose.CALLER: ("Your turn", "Something in the request has to change."),
    Whose.RESOURCE_OWNER: (
        "The account owner's turn",
        "Only the person whose account it is can change this, at the vendor.",
    ),
    Whose.VENDOR: ("The vendor's turn", "The vendor's service has a problem. Try again later."),
    Whose.OPERATOR: (
        "The operator's turn",
        "Whoever runs this Valence has to look; the request id leads to the log.",
    ),
    Whose.DEFINITION: (
        "The element author's turn",
        "The element's definition cannot do what it says.",
    ),
}

FAILURES = {
    "authorization-denied": "Access was not allowed",
    "authorization-expired": "This authorization has expired",
    "authorization-failed": "The vendor could not authorize",
    "callback-malformed": "Something is missing",
    "client-refused": "The vendor does not accept this app",
    "code-already-used": "This code was used already",
    "code-expired": "It took too long",
    "code-refused": "The vendor refused the code",
    "redirect-mismatch": "The callback URL does not match",
    "form-refused": "This form is out of date",
    "not-found": "Not found",
    "vendor-timeout": "The vendor did not answer in time",
    "vendor-unreachable": "The vendor cannot be reached",
    "vendor-malformed": "The vendor's answer made no sense",
    "vendor-refused": "The vendor answered with an error",
    "needs-owner": "This instance needs its owner",
    "too-many-requests": "Too many attempts",
    "privilege-missing": "Your role may not do this",
    "element-of-catalog": "This belongs to the catalog",
    "not-cloneable": "This element cannot be cloned",
}

NOTICES = {
    "renamed": "Name and tags are saved.",
    "enabled": "The instance is enabled.",
    "disabled": "The instance is disabled; calls answer 403.",
    "deleted": "The instance is deleted and its secrets are erased.",
    "reauthenticated": "The owner authorized again; id and token are unchanged.",
    "refreshed": "The vendor issued new tokens.",
    "app-saved": "The OAuth app is stored.",
    "app-deleted": "The OAuth app is forgotten.",
    "rotated-user": "The user secret is new; the old one ended.",
    "rotated-organization": "The organization secret is new; the old one ended.",
    "password": "The password is changed.",
    "traced": "Wire traces of its calls are kept for an hour.",
    "untraced": "No more wire traces are kept.",
    "imported": "The element is stored. Activate it when it is ready.",
    "cloned": "This is your clone, without the secrets of the original.",
    "activated": "The element is active.",
    "deactivated": "The element is inactive.",
    "element-deleted": "The element is deleted; its key is free.",
    "resource-added": "The resource is stored. It answers in your account only.",
    "resource-changed": "The resource is changed.",
    "resource-removed": "The resource is removed.",
    "resource-made": "The resource is stored. Map it to an element to call it.",
    "resource-cloned": "The resource is yours. Change its fields and mappings as you like.",
    "resource-renamed": "The resource has its new name at every level; the old one answers 404.",
    "resource-deleted": "The resource is deleted with its mappings.",
    "fields-saved": "The fields are saved.",
    "resources-imported": "What was imported is stored.",
    "resources-imported-in-part": "What was imported is stored, but for levels that are not yours"
    " to write.",
    "shared": "The account sees the element now.",
    "unshared": "The account does not see the element any more; its instances stay alive.",
}

AUTHENTICATION = {
    "oauth2": "OAuth 2.0",
    "oauth2Pkce": "OAuth 2.0 with PKCE",
    "oauth2ClientCredentials": "OAuth 2.0 client credentials",
    "oauth2Password": "OAuth 2.0 password",
    "oauth1": "OAuth 1.0a",
    "basic": "Basic",
    "customApiKey": "API key",
    "personalAccessToken": "Personal access token",
    "jwtOauth": "JWT bearer",
    "awsv2": "AWS signature 2",
    "awsv4": "AWS signature 4",
    "custom": "Custom",
    "none": "None",
}
"""Kinds of authentication, as people call them."""

_CONSENTED = "Name the connection; then its owner consents at the vendor and comes back here."

AUTHENTICATING = {
    "oauth2": _CONSENTED,
    "oauth2Pkce": _CONSENTED,
    "oauth1": _CONSENTED,
    "oauth2ClientCredentials": "Name the connection and give the vendor's client id and secret;"
    " nobody has to consent.",
    "oauth2Password": "Name the connection and give the account's user name and password;"
    " they are traded for tokens.",
    "basic": "Name the connection and say what the vendor knows the account by.",
    "customApiKey": "Name the connection and give an API key of the account.",
    "personalAccessToken": "Name the connection and give an access token of the account.",
    "jwtOauth": "Name the connection and give the private key that requests for tokens are"
    " signed with.",
    "awsv2": "Name the connection and give an access key with its secret.",
    "awsv4": "Name the connection and give an access key with its secret.",
    "custom": "Name the connection and give what the vendor's login asks for.",
    "none": "Name the connection; this vendor asks for nothing else.",
}
"""What somebody does who authenticates, by kind."""

TIMELINE = {
    "issued": ("check", "Authenticated"),
    "refreshed": ("refresh", "Tokens refreshed"),
    "refresh-failed": ("alert", "A refresh failed"),
    "follow-up-failed": ("alert", "What follows a refresh failed"),
    "needs-owner": ("alert", "Needs its owner"),
    "reauthenticated": ("check", "Authorized again"),
    "disabled": ("pause", "Disabled"),
    "enabled": ("play", "Enabled"),
    "renamed": ("edit", "Renamed"),
    "traced": ("search", "Wire traces on"),
    "untraced": ("search", "Wire traces off"),
}


def state_of(instance: Instance) -> State:
    """Return the state of an instance."""
    if not instance.is_valid:
        return STATES["needs-owner"]
    return STATES["disabled" if instance.is_disabled else "connected"]


def answer_of(status: int) -> State:
    """Return an answer's status as a state."""
    if status < 400:
        return State(str(status), "check", "good")
    return State(str(status), "alert", "bad")


def turn_of(whose: str | None) -> tuple[str, str]:
    """Return whose turn it is, in words."""
    return TURNS[Whose(whose)] if whose else ("", "")


def took(us: int) -> str:
    """Return a duration in the unit that suits it."""
    if us < 1000:
        return f"{us} µs"
    if us < 10_000:
        return f"{us / 1000:.1f} ms"
    return f"{us / 1000:.0f} ms" if us < 10_000_000 else f"{us / 1_000_000:.0f} s"


def moment(epoch_ms: int) -> str:
    """Return a time a person can read, UTC."""
    return datetime.fromtimestamp(epoch_ms / 1000, UTC).strftime("%d %b %Y, %H:%M:%S UTC")


def ago(epoch_ms: int, now_ms: int) -> str:
    """Return how far a time is from now, in one unit."""
    seconds = round((now_ms - epoch_ms) / 1000)
    is_future = seconds < 0
    seconds = abs(seconds)
    if seconds < 10:
        return "just now"
    for size, unit in ((86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second")):
        if seconds >= size:
            number = seconds // size
            text = f"{number} {unit}{'' if number == 1 else 's'}"
            return f"in {text}" if is_future else f"{text} ago"
    return "just now"


def unwrapped(text: str) -> str:
    """Return text of a definition without the line breaks that stand within its sentences."""
    return "\n".join(" ".join(one.split("\n")) for one in _SENTENCES.split(text.strip()))


def initials(name: str) -> str:
    """Return up to two letters that stand for a vendor."""
    parts = [part for part in name.replace("-", " ").split() if part[:1].isalnum()]
    return "".join(part[0] for part in parts[:2]).upper() or "?"


def hue(key: str) -> int:
    """Return which of 8 colours a vendor has; the same for the same key."""
    return sum(key.encode()) % 8
