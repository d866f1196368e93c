"""AWS Signature Version 4. Source: "Create a signed AWS API request" of the IAM User Guide.

In a definition:

    authentication: {type: awsv4}
    configuration:
      - {key: base.url, ..., default: "https://{aws.service}.{aws.region}.amazonaws.com", internal: true}
      - {key: aws.api.key, name: Access key, description: Its id, required: true}
      - {key: aws.api.secret, name: Secret key, description: The secret, type: PASSWORD, required: true}
      - {key: aws.region, name: Region, description: Such as eu-west-1, required: true}
      - {key: aws.service, name: Service, description: The service, default: ses, internal: true}
      - {key: aws.session.token, name: Session token, description: Of temporary keys, type: PASSWORD}

Region and service, where they are not said, are read from the host."""  # noqa: E501 - a sample is one line an entry

import hashlib
import hmac
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from urllib.parse import quote, unquote, urlsplit

from valence.domain import Clock, InvalidRequest, Secret
from valence.egress import OutboundRequest
from valence.instances.clients import Configured
from valence.instances.schemes.authorization import Authorization

KEYS = ("aws.api.key", "aws.api.secret", "aws.region", "aws.session.token")
_ALGORITHM = "AWS4-HMAC-SHA256"
_UNSIGNED = "UNSIGNED-PAYLOAD"
_DEFAULT_REGION = "us-east-1"


@dataclass(frozen=True, slots=True)
class AwsKeys:
    """An access key, and where it is used."""

    access_key: str
    secret_key: Secret
    region: str
    service: str
    session_token: Secret | None = field(default=None, repr=False)


def keys_of(configured: Configured) -> AwsKeys:
    """Read the keys from configuration; empty region and service are the host's matter.

    Raises:
        InvalidRequest: there are none.
    """
    access, secret = configured.text("aws.api.key"), configured.text("aws.api.secret")
    if not access or not secret:
        raise InvalidRequest(
            "Missing required configuration: aws.api.key or aws.api.secret.",
            code="missing-configuration",
        )
    return AwsKeys(
        access,
        Secret(secret),
        configured.text("aws.region"),
        configured.text("aws.service"),
        configured.secret("aws.session.token"),
    )


def authorization(configured: Configured, *, clock: Clock) -> Authorization:
    """Return what signs a call."""
    keys = keys_of(configured)

    def sign(request: OutboundRequest) -> OutboundRequest:
        # A plus sign means a blank to us and itself to AWS.
        start, mark, query = request.url.partition("?")
        request = replace(request, url=start + mark + query.replace("+", "%20"))
        return replace(request, headers=signed_headers(request, keys, now_ms=clock.now_ms()))

    return Authorization(sign=sign)


def signed_headers(
    request: OutboundRequest, keys: AwsKeys, *, now_ms: int
) -> tuple[tuple[str, str], ...]:
    """Return a request's headers with date, body hash and signature."""
    parts = urlsplit(request.url)
    service, region = _place(parts.netloc, keys)
    moment = datetime.fromtimestamp(now_ms // 1000, UTC).strftime("%Y%m%dT%H%M%SZ")
    # A file on its way is not at hand; S3 takes it unhashed, and nobody else takes files so large.
    digest = _UNSIGNED if request.is_one_shot else hashlib.sha256(_held(request.body)).hexdigest()
    own = [("X-Amz-Date", moment)]
    if service == "s3":
        own.append(("X-Amz-Content-Sha256", digest))
    if keys.session_token is not None:
        own.append(("X-Amz-Security-Token", keys.session_token.reveal()))
    kept = (*request.headers, *own)
    signed = _canonical_headers(parts.netloc, kept)
    names = ";".join(signed)
    canonical = "\n".join(
        (
            request.method,
            _canonical_path(parts.path, service),
            _canonical_query(parts.query),
            *(f"{name}:{value}" for name, value in signed.items()),
            "",
            names,
            digest,
        )
    )
    scope = f"{moment[:8]}/{region}/{service}/aws4_request"
    text = f"{_ALGORITHM}\n{moment}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = f"AWS4{keys.secret_key.reveal()}".encode()
    for part in scope.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    said = f"{_ALGORITHM} Credential={keys.access_key}/{scope}, SignedHeaders={names}, Signature="
    return (*kept, ("Authorization", said + signature))


def _held(body: object) -> bytes:
    return body if isinstance(body, bytes) else b""


def _place(host: str, keys: AwsKeys) -> tuple[str, str]:
    # service.region.amazonaws.com, or service.amazonaws.com of what is everywhere
    labels = host.partition(":")[0].removesuffix(".amazonaws.com").split(".")
    return keys.service or labels[0], keys.region or (
        labels[-1] if len(labels) > 1 else _DEFAULT_REGION
    )


def _canonical_headers(host: str, headers: tuple[tuple[str, str], ...]) -> dict[str, str]:
    found = {"host": host}
    for name, value in headers:
        name, value = name.lower(), " ".join(value.split())
        # What the client library or a proxy may still touch is left out.
        if name == "content-type" or name.startswith("x-amz-"):
            found[name] = f"{found[name]},{value}" if name in found else value
    return dict(sorted(found.items()))


def _canonical_path(path: str, service: str) -> str:
    # Every service but S3 wants the segments as they are sent encoded once more.
    return path or "/" if service == "s3" else quote(path or "/", safe="/-_.~")


def _canonical_query(query: str) -> str:
    pairs = []
    for part in filter(None, query.split("&")):
        name, _, value = part.partition("=")
        pairs.append((_encoded(name), _encoded(value)))
    return "&".join(f"{name}={value}" for name, value in sorted(pairs))


def _encoded(part: str) -> str:
    return quote(unquote(part), safe="-_.~")
