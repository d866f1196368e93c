"""Calls that a vendor makes to its customers' addresses: to loopback, or over https."""

import asyncio
import http.client
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

LOOPBACK_NAMES = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True, slots=True)
class Reply:
    """What a receiver answered, as far as vendors look at it."""

    status: int
    hook_secret: str = ""


class Poster(Protocol):
    """Something that posts; None is no answer in time."""

    async def __call__(
        self, url: str, *, body: bytes, headers: Mapping[str, str], seconds: float
    ) -> Reply | None:
        """Post a body."""
        ...


def is_allowed(url: str) -> bool:
    """Tell whether the sandbox would call that address: https, or http on loopback."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    if not host:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK_NAMES)


async def post(
    url: str, *, body: bytes, headers: Mapping[str, str], seconds: float
) -> Reply | None:
    """Post without following redirects; None when nobody answers in time, or it is not allowed."""
    if not is_allowed(url):
        return None
    return await asyncio.to_thread(_post, url, body, dict(headers), seconds)


def _post(url: str, body: bytes, headers: dict[str, str], seconds: float) -> Reply | None:
    parts = urlsplit(url)
    host = parts.hostname or ""
    connection: http.client.HTTPConnection
    if parts.scheme == "https":
        connection = http.client.HTTPSConnection(
            host, parts.port, timeout=seconds, context=ssl.create_default_context()
        )
    else:
        connection = http.client.HTTPConnection(host, parts.port, timeout=seconds)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request("POST", target, body=body, headers=headers)
        answer = connection.getresponse()
        answer.read(65_536)
        return Reply(answer.status, answer.headers.get("X-Hook-Secret", ""))
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
