"""Take secrets out of what is shown: a vendor's text, a request, an answer.

Two ways, both always. By name: what stands where secrets stand (`Authorization`, cookies,
`X-Api-Key`, `client_secret`, `access_token` ..) is masked whatever it is. By value: a secret that
is known is masked wherever it stands and however it is written there (percent-encoded, escaped
in JSON).

None of this is on a hot path: it runs on errors and while tracing."""

import json
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote, quote_plus, unquote, unquote_plus

import orjson

from valence.domain import MASK

SHORTEST_SECRET = 6  # shorter strings occur by chance and would garble the text
_LONGEST_READ_BYTES = 256 * 1024
_LONGEST_WINDOW_BYTES = 64 * 1024
_CUT_MARGIN = 64
_DEEPEST = 64

# Names as letters and digits only, in lower case: `X-Api-Key` is `xapikey`.
_SECRET_PARTS = (
    "accesstoken",
    "refreshtoken",
    "clientsecret",
    "apisecret",
    "secretkey",
    "privatekey",
    "accesskey",
    "apikey",
    "password",
    "passwd",
    "passphrase",
    "authorization",
    "cookie",
    "credential",
)
_SECRET_ENDS = ("token", "secret", "signature", "assertion", "sessionid", "jwt")
_SECRET_NAMES = frozenset({"auth", "sig", "pwd", "bearer", "codeverifier"})
# Single words that are secrets in a query or a form (RFC 6749's code, many vendors' key), but
# ordinary words in a JSON answer.
_SECRET_PARAMETERS = frozenset({"code", "key"})
_HARMLESS_NAMES = frozenset(
    {"nextpagetoken", "pagetoken", "continuationtoken", "synctoken", "elementsnextpagetoken"}
)
_HARMLESS_HEADERS = frozenset({"idempotencykey", "wwwauthenticate", "proxyauthenticate"})
_NAME = (
    r"(?:access_?token|refresh_?token|id_?token|auth_?token|client_?secret|api_?secret|secret_?key"
    r"|private_?key|access_?key|api[_-]?key|password|passwd|\btoken|\bsecret)"
)
_QUOTED = tuple(
    re.compile(rf"(?i)({_NAME}\\?[\"']\s{{0,5}}[:=]\s{{0,5}}\\?{mark})((?:[^{mark}\\]|\\.){{4,}})")
    for mark in ('"', "'")
)
_BARE = re.compile(rf"(?i)({_NAME}[\"']?\s{{0,5}}[:=]\s{{0,5}})([^\"'&\s,}}<]{{4,}})")
_CODE = re.compile(r"(?i)(\bcode=)([^\"'&\s,}<]{4,})")
_TAGGED = re.compile(rf"(?i)({_NAME}>)([^<]+)(?=</)")
_AUTHORIZATION = re.compile(
    r"(?i)(authorization\\?[\"']?\s{0,5}[:=]\s{0,5}\\?[\"']?(?:(?:bearer|basic|digest|token)\s)?)"
    r"([^\"'\r\n\\]{4,})"
)
_SCHEME = re.compile(r"(?i)\b(bearer|basic)\s{1,5}([A-Za-z0-9._~+/=-]{6,})")
# One of these is in everything that a pattern finds.
_WORDS = ("token", "secret", "key", "passw", "authorization", "bearer", "basic", "code=")
_TEXTUAL = ("json", "text/", "xml", "x-www-form-urlencoded", "javascript")


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """Return the text with the given secrets, bearer tokens and client secrets masked."""
    return _by_pattern(_Values(secrets).mask(text))


class Redactor:
    """Masks the parts of HTTP messages; what it finds by name in a request it knows from then on.

    A vendor that echoes the token it was sent does not get it into a trace.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._values = _Values(secrets)

    def text(self, text: str) -> str:
        """Return a text with its secrets masked."""
        return _by_pattern(self._values.mask(text))

    def headers(
        self, headers: Iterable[tuple[str, str]], *, is_request: bool
    ) -> tuple[tuple[str, str], ...]:
        """Return headers in their order, the values of secret ones masked."""
        return tuple((name, self._header(name, value, is_request)) for name, value in headers)

    def url(self, url: str) -> str:
        """Return a URL without credentials and without the values of secret parameters."""
        rest, hash_, fragment = url.partition("#")
        rest, mark, query = rest.partition("?")
        scheme, slashes, place = rest.rpartition("://")
        authority, slash, path = place.partition("/")
        if "@" in authority:
            authority = f"{MASK}@{authority.rpartition('@')[2]}"
        return (
            f"{scheme}{slashes}{self._encoded(authority)}{slash}{self._encoded(path)}"
            f"{mark}{self._pairs(query)}{hash_}{self._pairs(fragment)}"
        )

    def body(self, body: bytes, *, content_type: str, limit: int) -> str:
        """Return a body as text of at most about `limit` characters, or a word about it."""
        kind = content_type.partition(";")[0].strip().lower()
        is_textual = not kind or any(part in kind for part in _TEXTUAL)
        if not is_textual or b"\x00" in body[:1024]:
            return f"({len(body)} bytes{f' of {kind}' if kind else ''}, not text)"
        # Known secrets are masked before anything is cut, lest half of one be left; of what is
        # too long to be read, the last piece is not shown for the same reason.
        if len(body) <= _LONGEST_READ_BYTES:
            shown = self._masked(body, kind)
        else:
            window = body[:_LONGEST_WINDOW_BYTES].decode("utf-8", "ignore")
            masked = self._values.mask(window)
            shown = masked[: max(0, len(masked) - self._values.longest)]
        # The patterns are slow, so they see little more than what is shown. What they need stands
        # before the secret, so only its very beginning could escape them, at the end.
        is_cut = len(shown) > limit
        if is_cut:
            shown = _by_pattern(shown[: limit + _CUT_MARGIN])[:-_CUT_MARGIN][:limit]
        else:
            shown = _by_pattern(shown)
        if is_cut or len(body) > _LONGEST_READ_BYTES:
            return f"{shown} .. ({len(body)} bytes in all)"
        return shown

    def _masked(self, body: bytes, kind: str) -> str:
        """Mask by form and by value in the whole body."""
        text = body.decode("utf-8", "replace")
        if "form-urlencoded" in kind:
            return self._pairs(text)
        if text.lstrip()[:1] in ("{", "["):
            try:
                value = orjson.loads(body)
            except orjson.JSONDecodeError:
                return self._values.mask(text)
            text = orjson.dumps(self._value(value, 0)).decode()
        return self._values.mask(text)

    def _header(self, name: str, value: str, is_request: bool) -> str:
        plain = _plain(name)
        if plain in _HARMLESS_HEADERS:
            return self._values.mask(value)
        if not (is_secret_name(name) or "auth" in plain or plain.endswith("key")):
            if plain in ("location", "contentlocation", "referer"):
                return self.url(value)
            return self.text(value)
        scheme, space, credentials = value.partition(" ")
        is_schemed = bool(space) and "authorization" in plain and scheme.isalpha()
        if is_request:
            self._values.add(credentials if is_schemed else value)
        # What stands before the space is a scheme or, where a vendor has its own idea of the
        # header, a secret: only the known ones are shown.
        is_known = is_schemed and scheme.lower() in ("bearer", "basic", "digest", "token")
        return f"{scheme} {MASK}" if is_known else MASK

    def _pairs(self, text: str) -> str:
        if not text:
            return text
        return "&".join(self._pair(pair) for pair in text.split("&"))

    def _pair(self, pair: str) -> str:
        name, equals, value = pair.partition("=")
        plain = unquote_plus(name)
        if value and (is_secret_name(plain) or _plain(plain) in _SECRET_PARAMETERS):
            self._values.add(unquote_plus(value))
            value = MASK
        return f"{self._encoded(name)}{equals}{self._encoded(value)}"

    def _encoded(self, text: str) -> str:
        """Mask in percent-encoded text, keeping its encoding where there is nothing to mask."""
        for decode in (unquote, unquote_plus):
            plain = decode(text)
            masked = self.text(plain)
            if masked != plain:
                return quote(masked, safe="/*:@!$'()+,;=")
        return text

    def _value(self, value: Any, depth: int, *, is_secret: bool = False) -> Any:
        if depth > _DEEPEST:
            return MASK
        if isinstance(value, dict):
            # `code` is a secret in a token request, and the name of an error elsewhere.
            parameters = _SECRET_PARAMETERS if "grant_type" in value else frozenset[str]()
            return {
                self._values.mask(name): self._value(
                    part,
                    depth + 1,
                    is_secret=is_secret or is_secret_name(name) or name in parameters,
                )
                for name, part in value.items()
            }
        if isinstance(value, list):
            return [self._value(part, depth + 1, is_secret=is_secret) for part in value]
        if value is None or isinstance(value, bool):
            return value
        if is_secret:
            return MASK
        return self._values.mask(value) if isinstance(value, str) else value


def is_secret_name(name: str) -> bool:
    """Tell whether what a field, parameter or header of this name holds is a secret."""
    plain = _plain(name)
    if plain in _HARMLESS_NAMES:
        return False
    return (
        plain in _SECRET_NAMES
        or plain.endswith(_SECRET_ENDS)
        or any(part in plain for part in _SECRET_PARTS)
    )


class _Values:
    """Secrets known by value, in every way they may be written."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._spellings: set[str] = set()
        self._ordered: tuple[str, ...] = ()
        for secret in secrets:
            self.add(secret)

    @property
    def longest(self) -> int:
        """The length of the longest spelling."""
        return len(self._ordered[0]) if self._ordered else 0

    def add(self, secret: str) -> None:
        """Know one more."""
        if len(secret) < SHORTEST_SECRET or secret == MASK:
            return
        self._spellings |= _spellings(secret)
        self._ordered = tuple(sorted(self._spellings, key=len, reverse=True))

    def mask(self, text: str) -> str:
        """Return the text with all of them masked, the longest first."""
        for spelling in self._ordered:
            if spelling in text:
                text = text.replace(spelling, MASK)
        return text


def _spellings(secret: str) -> set[str]:
    encoded = {quote(secret), quote(secret, safe=""), quote_plus(secret)}
    lowered = {re.sub("%[0-9A-F]{2}", lambda hit: hit[0].lower(), text) for text in encoded}
    escaped = {json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]}
    return {secret} | encoded | lowered | escaped


def _by_pattern(text: str) -> str:
    # Most texts hold none of the words, and looking for them is a hundred times as fast.
    lowered = text.lower()
    if not any(word in lowered for word in _WORDS):
        return text
    text = _SCHEME.sub(lambda found: f"{found[1]} {MASK}", text)
    for pattern in (_AUTHORIZATION, *_QUOTED, _BARE, _CODE, _TAGGED):
        text = pattern.sub(lambda found: f"{found[1]}{MASK}", text)
    return text


def _plain(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())
