"""The account owner at the vendor's pages, for the demo and tests: fills in the forms a browser
would.
"""

import re
import urllib.request
from html import unescape
from urllib.error import HTTPError
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from valence.domain import VendorMalformed

_INPUT = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)"')
_ACTION = re.compile(r'<form method="post" action="([^"]*)"')


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


_opener = urllib.request.build_opener(_NoRedirect)


def consent(
    url: str,
    *,
    username: str = "demo",
    password: str = "demo",  # noqa: S107 - the published login of the sandbox
    allow: bool = True,
) -> dict[str, str]:
    """Sign in at the vendor, allow or deny, and return the parameters of the way back.

    Raises:
        VendorMalformed: a page is not the expected form; its text is in the message.
    """
    login = _open(url)
    consent_page = _submit(url, login, {"username": username, "password": password})
    decision = {"decision": "allow" if allow else "deny"}
    request = _request(url, consent_page, decision)
    try:
        with _opener.open(request) as response:
            text = response.read().decode()
    except HTTPError as answer:
        with answer:
            location = answer.headers.get("Location", "")
        if location:
            return dict(parse_qsl(urlsplit(location).query))
        text = str(answer.code)
    raise VendorMalformed(f"The vendor did not send the browser back: {text[:200]}")


def _open(url: str) -> str:
    try:
        with _opener.open(url) as response:
            text: str = response.read().decode()
            return text
    except HTTPError as exc:
        with exc:
            page = re.sub(r"<style>.*?</style>|<[^>]+>", " ", exc.read().decode(), flags=re.S)
        raise VendorMalformed(f"The vendor says: {' '.join(page.split())}") from exc


def _submit(url: str, page: str, typed: dict[str, str]) -> str:
    try:
        with _opener.open(_request(url, page, typed)) as response:
            text: str = response.read().decode()
            return text
    except HTTPError as exc:
        with exc:
            raise VendorMalformed(f"The vendor refused the form with {exc.code}.") from exc


def _request(url: str, page: str, typed: dict[str, str]) -> urllib.request.Request:
    action = _ACTION.search(page)
    if action is None:
        raise VendorMalformed("The vendor's page holds no form.")
    hidden = {unescape(name): unescape(value) for name, value in _INPUT.findall(page)}
    body = urlencode({**hidden, **typed}).encode()
    return urllib.request.Request(urljoin(url, unescape(action[1])), data=body)  # noqa: S310
