"""A strict vendor of the tests: it authenticates in one way and refuses everything else.

It checks signatures by its own few lines, not by what the product is made of; those are checked
against published examples in tests/oauth and tests/instances."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, unquote_plus

from aiohttp import web
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

CLIENT_ID, CLIENT_SECRET = "client-1", "s3cret of/app"
USER, PASSWORD = "ada", "pa55 w&rd"
CALLBACK = "http://localhost/callback"
AWS_KEY, AWS_SECRET = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
RSA = rsa.generate_private_key(65537, 2048)
EC = ec.generate_private_key(ec.SECP256R1())
OTHER = rsa.generate_private_key(65537, 2048)


def pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
    """Return a private key as a tenant has it."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def escaped(text: str) -> str:
    """RFC 5849 section 3.6."""
    return quote(text, safe="-._~")


def oauth1_base(method: str, url: str, parameters: list[tuple[str, str]]) -> str:
    """RFC 5849 section 3.4.1, by hand."""
    pairs = sorted((escaped(name), escaped(value)) for name, value in parameters)
    joined = "&".join(f"{name}={value}" for name, value in pairs)
    return "&".join((method, escaped(url), escaped(joined)))


def hmac_sha1(base: str, client_secret: str, token_secret: str) -> str:
    """RFC 5849 section 3.4.2, by hand."""
    key = f"{escaped(client_secret)}&{escaped(token_secret)}"
    digest = hmac.new(key.encode(), base.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


@dataclass
class Vendor:
    """One authorization server and one API, with its own idea of what is right.

    `extra` is added to every token answer; `lifetime` None: it says no expires_in; `rotates` tells
    whether it gives refresh tokens. `calls_by` is how the API is called, `client_by` how a client
    shows itself at the token endpoint.
    """

    url: str = ""
    calls_by: str = "bearer"
    client_by: str = "body"
    placement: str = "header"
    codes: dict[str, tuple[str, str]] = field(default_factory=dict)  # -> callback, challenge
    access: set[str] = field(default_factory=set)
    refresh: set[str] = field(default_factory=set)
    secrets: dict[str, str] = field(default_factory=dict)  # OAuth 1.0a: token -> its secret
    nonces: set[str] = field(default_factory=set)
    extra: dict[str, Any] = field(default_factory=dict)
    lifetime: int | None = 3600
    rotates: bool = True
    scope: str | None = None
    fault: tuple[int, object] | None = None
    is_closed: bool = False  # the account is: nothing that was given is good any more
    clock_ahead: float = 0.0
    grants: int = 0
    calls: list[str] = field(default_factory=list)

    def code(self, callback: str = CALLBACK, challenge: str = "") -> str:
        """Let an owner consent."""
        code = f"code-{len(self.codes) + 1}-{self.grants}"
        self.codes[code] = (callback, challenge)
        return code

    def count(self, call: str) -> int:
        """Return how often a call came."""
        return self.calls.count(call)

    async def handle(self, request: web.Request) -> web.Response:
        """Serve what came."""
        self.calls.append(f"{request.method} {request.path}")
        if self.fault is not None:
            status, body = self.fault
            return web.json_response(body, status=status)
        match request.path.rpartition("/")[2]:
            case "token":
                return await self.token(request)
            case "request_token" | "access_token":
                return await self.oauth1_token(request)
            case "login":
                return await self.login(request)
            case "me":
                return await self.me(request)
        return web.json_response({"message": "unknown path"}, status=404)

    # -- OAuth 2.0 -----------------------------------------------------------------------------

    async def token(self, request: web.Request) -> web.Response:
        """RFC 6749 to the letter."""
        if request.method != "POST" or request.content_type != "application/x-www-form-urlencoded":
            return web.json_response({"error": "invalid_request"}, status=405)
        form = dict(parse_qsl(await request.text(), strict_parsing=True))
        if not self._is_client(request, form):
            return web.json_response({"error": "invalid_client"}, status=401)
        if self.scope is not None and form.pop("scope", "") != self.scope:
            return web.json_response({"error": "invalid_scope"}, status=400)
        is_granted = self._grants(form) and not self.is_closed
        if not is_granted:
            return web.json_response({"error": "invalid_grant"}, status=400)
        return web.json_response(self.grant())

    def _grants(self, form: dict[str, str]) -> bool:
        match form:
            case {"grant_type": "authorization_code", "code": code, "redirect_uri": back}:
                callback, challenge = self.codes.pop(code, ("", ""))
                verifier = form.pop("code_verifier", "")
                digest = hashlib.sha256(verifier.encode()).digest()
                shown = base64.urlsafe_b64encode(digest).rstrip(b"=").decode() if verifier else ""
                return len(form) == 3 and callback == back and shown == challenge
            case {"grant_type": "refresh_token", "refresh_token": token}:
                is_known = token in self.refresh
                self.refresh.discard(token)
                return len(form) == 2 and is_known
            case {"grant_type": "client_credentials"}:
                return len(form) == 1
            case {"grant_type": "password", "username": name, "password": password}:
                return len(form) == 3 and (name, password) == (USER, PASSWORD)
            case {
                "grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer",
                "assertion": assertion,
            }:
                claims = self._claims(assertion)
                wanted = ("service-1", USER, f"{self.url}/token", "read")
                said = tuple(claims.get(name) for name in ("iss", "sub", "aud", "scope"))
                return len(form) == 2 and said == wanted
        return False

    def grant(self) -> dict[str, Any]:
        """Issue tokens."""
        self.grants += 1
        self.access.add(f"a-{self.grants}")
        answer: dict[str, Any] = {"access_token": f"a-{self.grants}", "token_type": "bearer"}
        if self.lifetime is not None:
            answer["expires_in"] = self.lifetime
        if self.rotates:
            self.refresh.add(f"r-{self.grants}")
            answer["refresh_token"] = f"r-{self.grants}"
        return answer | self.extra

    def _is_client(self, request: web.Request, form: dict[str, str]) -> bool:
        header = request.headers.get("Authorization", "")
        if self.client_by == "nobody":
            return not header and not {"client_id", "client_secret"} & set(form)
        if self.client_by == "basic":
            pair = base64.b64decode(header.removeprefix("Basic ")).decode().split(":", 1)
            shown = tuple(unquote_plus(part) for part in pair)
            return shown == (CLIENT_ID, CLIENT_SECRET) and "client_id" not in form
        if self.client_by == "assertion":
            kind = form.pop("client_assertion_type", "")
            claims = self._claims(form.pop("client_assertion", ""))
            return (
                form.pop("client_id", "") == CLIENT_ID
                and kind == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
                and (claims.get("iss"), claims.get("sub")) == (CLIENT_ID, CLIENT_ID)
                and claims.get("aud") == f"{self.url}/token"
            )
        shown = (form.pop("client_id", ""), form.pop("client_secret", ""))
        return shown == (CLIENT_ID, CLIENT_SECRET) and not header

    def _claims(self, jwt: str) -> dict[str, Any]:
        """RFC 7523 section 3: signed, for now, and not seen before; else nothing."""
        try:
            head, body, signature = jwt.split(".")
            header, claims = (json.loads(_decoded(part)) for part in (head, body))
            signed, signature_bytes = f"{head}.{body}".encode(), _decoded(signature)
            if header == {"alg": "RS256", "typ": "JWT"}:
                padded, digest = padding.PKCS1v15(), hashes.SHA256()
                RSA.public_key().verify(signature_bytes, signed, padded, digest)
            else:
                assert header == {"alg": "ES256", "typ": "JWT", "kid": "key-1"}
                r, s = signature_bytes[:32], signature_bytes[32:]
                der = encode_dss_signature(int.from_bytes(r, "big"), int.from_bytes(s, "big"))
                EC.public_key().verify(der, signed, ec.ECDSA(hashes.SHA256()))
        except (ValueError, InvalidSignature, AssertionError):
            return {}
        now = time.time() + self.clock_ahead
        is_good = claims["iat"] <= now + 1 < claims["exp"] <= now + 301
        if not is_good or claims["jti"] in self.nonces:
            return {}
        self.nonces.add(claims["jti"])
        return claims

    # -- OAuth 1.0a ----------------------------------------------------------------------------

    async def oauth1_token(self, request: web.Request) -> web.Response:
        """RFC 5849 section 2."""
        said = await self._oauth1(request)
        problem = said.get("problem", "")
        if not problem and self.is_closed:
            problem = "permission_denied"
        if not problem and request.path.endswith("/request_token"):
            problem = "" if said.get("oauth_callback") == CALLBACK else "parameter_absent"
        elif not problem:
            problem = "" if said.get("oauth_verifier") == "v-1" else "verifier_invalid"
        if problem:
            return web.Response(status=401, text=f"oauth_problem={problem}")
        self.secrets.pop(said.get("oauth_token", ""), None)
        self.grants += 1
        token, secret = f"t-{self.grants}", f"ts-{self.grants}&"
        self.secrets[token] = secret
        pairs = {"oauth_token": token, "oauth_token_secret": secret}
        if request.path.endswith("/request_token"):
            pairs["oauth_callback_confirmed"] = "true"
        else:
            self.access.add(token)
        text = "&".join(f"{name}={escaped(value)}" for name, value in pairs.items())
        return web.Response(text=text, content_type="application/x-www-form-urlencoded")

    async def _oauth1(self, request: web.Request) -> dict[str, str]:
        """Return the protocol's parameters of a request that is signed well."""
        raw = request.rel_url.raw_query_string
        query = parse_qsl(raw, keep_blank_values=True)
        header = request.headers.get("Authorization", "")
        said: list[tuple[str, str]] = []
        if header.startswith("OAuth "):
            for part in header.removeprefix("OAuth ").split(", "):
                name, _, value = part.partition("=")
                said.append((name, unquote(value.strip('"'))))
        in_query = [pair for pair in query if pair[0].startswith("oauth_")]
        if bool(in_query) != (self.placement == "query") or bool(said) == bool(in_query):
            return {"problem": "parameter_absent"}
        found = dict(said or in_query)
        if request.content_type == "application/x-www-form-urlencoded":
            query += parse_qsl(await request.text(), keep_blank_values=True)
        own = [pair for pair in (*query, *said) if pair[0] not in ("oauth_signature", "realm")]
        base = oauth1_base(request.method, f"{self.url}{request.path}", own)
        secret = self.secrets.get(found.get("oauth_token", ""), "")
        if found.get("oauth_consumer_key") != CLIENT_ID:
            return {"problem": "consumer_key_unknown"}
        if not hmac.compare_digest(
            found["oauth_signature"], hmac_sha1(base, CLIENT_SECRET, secret)
        ):
            return {"problem": "signature_invalid"}
        if found["oauth_nonce"] in self.nonces:
            return {"problem": "nonce_used"}
        self.nonces.add(found["oauth_nonce"])
        return found

    # -- sessions and calls ----------------------------------------------------------------------

    async def login(self, request: web.Request) -> web.Response:
        """A session for a name and a password."""
        text = await request.text()
        body = json.loads(text) if text else {}
        if self.is_closed or body != {"user": USER, "password": PASSWORD}:
            return web.json_response({"message": "no such user"}, status=401)
        self.grants += 1
        self.access.add(f"s-{self.grants}")
        return web.json_response({"token": f"s-{self.grants}", **self.extra})

    async def me(self, request: web.Request) -> web.Response:
        """Tell who is calling."""
        token = None if self.is_closed else await self._caller(request)
        if token is None:
            return web.json_response({"message": "who are you"}, status=401)
        return web.json_response({"id": 1, "path": request.path, "token": token})

    async def _caller(self, request: web.Request) -> str | None:
        header, query = request.headers.get("Authorization", ""), request.query
        match self.calls_by:
            case "bearer":
                token = header.removeprefix("Bearer ")
                return token if token in self.access else None
            case "session":
                token = request.headers.get("X-Session", "")
                return token if token in self.access and not header else None
            case "basic":
                pair = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
                return "basic" if header == f"Basic {pair}" else None
            case "key-header":
                return "key" if request.headers.getall("X-Key", []) == [PASSWORD] else None
            case "key-query":
                return "key" if query.getall("api_key", []) == [PASSWORD] else None
            case "personal":
                return "mine" if header == f"token {PASSWORD}" else None
            case "oauth1":
                said = await self._oauth1(request)
                token = said.get("oauth_token", "")
                return token if token in self.access else None
            case "awsv4":
                return "aws" if self._is_awsv4(request, await request.read()) else None
            case "awsv2":
                return "aws" if self._is_awsv2(request) else None
        return None

    def _is_awsv4(self, request: web.Request, body: bytes) -> bool:
        parts = dict(
            part.split("=", 1)
            for part in request.headers.get("Authorization", "=")
            .removeprefix("AWS4-HMAC-SHA256 ")
            .split(", ")
        )
        moment = request.headers.get("X-Amz-Date", "")
        scope = f"{moment[:8]}/eu-west-1/people/aws4_request"
        if parts.get("Credential") != f"{AWS_KEY}/{scope}":
            return False
        names = parts["SignedHeaders"].split(";")
        if "host" not in names or "x-amz-date" not in names:
            return False
        lines = [
            request.method,
            quote(request.rel_url.raw_path, safe="/-_.~"),
            "&".join(sorted(request.rel_url.raw_query_string.split("&"))),
            *(f"{name}:{request.headers[name]}" for name in names),
            "",
            ";".join(names),
            hashlib.sha256(body).hexdigest(),
        ]
        digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()
        key = f"AWS4{AWS_SECRET}".encode()
        for part in scope.split("/"):
            key = hmac.digest(key, part.encode(), "sha256")
        text = f"AWS4-HMAC-SHA256\n{moment}\n{scope}\n{digest}"
        return parts["Signature"] == hmac.digest(key, text.encode(), "sha256").hex()

    def _is_awsv2(self, request: web.Request) -> bool:
        query = dict(request.query)
        said = query.pop("Signature", "")
        joined = "&".join(f"{escaped(name)}={escaped(query[name])}" for name in sorted(query))
        text = f"{request.method}\n{request.host}\n{request.path}\n{joined}"
        digest = hmac.digest(AWS_SECRET.encode(), text.encode(), "sha256")
        return query.get("AWSAccessKeyId") == AWS_KEY and said == base64.b64encode(digest).decode()


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


@asynccontextmanager
async def serving(vendor: Vendor) -> AsyncIterator[Vendor]:
    """Serve a vendor on a port of loopback."""
    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", vendor.handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    vendor.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield vendor
    finally:
        await runner.cleanup()
