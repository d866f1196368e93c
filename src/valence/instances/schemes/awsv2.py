"""AWS Signature Version 2, in the query. Source: "Signature Version 2 Signing Process" of the AWS
General Reference.

In a definition:

    authentication: {type: awsv2}
    configuration:
      - {key: aws.api.key, name: Access key, description: Its id, required: true}
      - {key: aws.api.secret, name: Secret key, description: The secret, type: PASSWORD, required: true}
"""  # noqa: E501 - a sample is one line an entry

import base64
import hashlib
import hmac
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qsl, quote, urlsplit, urlunsplit

from valence.domain import Clock
from valence.egress import OutboundRequest
from valence.instances.clients import Configured
from valence.instances.schemes.authorization import Authorization
from valence.instances.schemes.awsv4 import AwsKeys, keys_of


def authorization(configured: Configured, *, clock: Clock) -> Authorization:
    """Return what signs a call."""
    keys = keys_of(configured)

    def sign(request: OutboundRequest) -> OutboundRequest:
        url = signed_url(request.method, request.url, keys, now_ms=clock.now_ms())
        return replace(request, url=url)

    return Authorization(sign=sign)


def signed_url(method: str, url: str, keys: AwsKeys, *, now_ms: int) -> str:
    """Return an address with key, time and signature in its query."""
    parts = urlsplit(url)
    moment = datetime.fromtimestamp(now_ms // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    given = dict(parse_qsl(parts.query, keep_blank_values=True)) | {
        "AWSAccessKeyId": keys.access_key,
        "SignatureMethod": "HmacSHA256",
        "SignatureVersion": "2",
        "Timestamp": moment,
    }
    query = "&".join(f"{_encoded(name)}={_encoded(given[name])}" for name in sorted(given))
    text = f"{method}\n{parts.netloc.lower()}\n{parts.path or '/'}\n{query}"
    digest = hmac.new(keys.secret_key.reveal().encode(), text.encode(), hashlib.sha256).digest()
    query += f"&Signature={_encoded(base64.b64encode(digest).decode())}"
    return urlunsplit((parts.scheme, parts.netloc, parts.path or "/", query, ""))


def _encoded(text: str) -> str:
    return quote(text, safe="-_.~")
