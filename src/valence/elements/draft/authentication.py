"""How a described API authenticates, in the words of a definition."""

from dataclasses import dataclass

from valence.elements.document import Json
from valence.elements.draft.describe import Scheme

_FIRST = ("authorizationCode", "apiKey", "bearer", "basic", "clientCredentials", "password")


@dataclass(frozen=True, slots=True)
class Authenticated:
    """A kind with the configuration and rows that it needs."""

    kind: str
    configuration: tuple[Json, ...] = ()
    parameters: tuple[str | Json, ...] = ()
    notes: tuple[str, ...] = ()


def authenticated(schemes: list[Scheme]) -> Authenticated:
    """Return the way to authenticate that suits a hub best: by an owner's consent where it can."""
    known = sorted((one for one in schemes if _word(one) in _FIRST), key=_rank)
    if not known:
        note = "authentication: the description names no way that is known here"
        return Authenticated("none", notes=(note,))
    chosen = known[0]
    others = sorted({_word(one) for one in known[1:]} - {_word(chosen)})
    notes = (f"authentication: {_word(chosen)} was chosen; also {', '.join(others)}",)
    return _way(chosen, notes if others else ())


def _way(scheme: Scheme, notes: tuple[str, ...]) -> Authenticated:
    match _word(scheme):
        case "authorizationCode":
            return Authenticated("oauth2", _oauth(scheme, by_consent=True), notes=notes)
        case "clientCredentials":
            entries = _oauth(scheme, by_consent=False)
            return Authenticated("oauth2ClientCredentials", entries, notes=notes)
        case "password":
            entries = (*_oauth(scheme, by_consent=False), *_NAME_AND_PASSWORD)
            return Authenticated("oauth2Password", entries, notes=notes)
        case "basic":
            return Authenticated("basic", _NAME_AND_PASSWORD, notes=notes)
        case "bearer":
            row = "value:Bearer ${configuration.api.key}"
            header: Json = {"type": "value", "name": row.removeprefix("value:")}
            header |= {"vendorType": "header", "vendorName": "Authorization"}
            return Authenticated("customApiKey", (_KEY,), (header,), notes)
        case _:
            place = scheme.place if scheme.place in ("header", "query") else "header"
            row = f"configuration:api.key! > {place}:{scheme.name}"
            return Authenticated("customApiKey", (_KEY,), (row,), notes)


def _rank(scheme: Scheme) -> int:
    return _FIRST.index(_word(scheme))


def _word(scheme: Scheme) -> str:
    if scheme.type == "oauth2":
        return scheme.flow
    return scheme.scheme if scheme.type == "http" else scheme.type


def _entry(key: str, name: str, description: str, **more: object) -> Json:
    return {"key": key, "name": name, "description": description, **more}


_KEY = _entry("api.key", "API key", "The key of your account", type="PASSWORD", required=True)
_NAME_AND_PASSWORD = (
    _entry("username", "User name", "Who signs in", required=True),
    _entry("password", "Password", "Their password", type="PASSWORD", required=True),
)


def _oauth(scheme: Scheme, *, by_consent: bool) -> tuple[Json, ...]:
    token = scheme.urls.get("tokenUrl", "")
    entries = [
        _entry("oauth.api.key", "API Key", "The client id of your app", required=True),
        _entry(
            "oauth.api.secret", "API Secret", "Its client secret", type="PASSWORD", required=True
        ),
    ]
    if by_consent:
        back = "Where the browser is sent back after consent"
        entries.append(_entry("oauth.callback.url", "Callback URL", back, required=True))
        url = scheme.urls.get("authorizationUrl", "")
        entries.append(
            _entry("oauth.authorization.url", "Authorization URL", "Where the owner consents")
            | {"default": url, "internal": True}
        )
    entries.append(
        _entry("oauth.token.url", "Token URL", "Where tokens are issued")
        | {"default": token, "internal": True}
    )
    if by_consent:
        refresh = scheme.urls.get("refreshUrl") or token
        entries.append(
            _entry("oauth.token.refresh_url", "Refresh URL", "Where tokens are refreshed")
            | {"default": refresh, "internal": True}
        )
    if scheme.scopes:
        entries.append(
            _entry("oauth.scope", "Scope", "What is asked for")
            | {"default": " ".join(scheme.scopes), "internal": True}
        )
    return tuple(entries)
