"""The stages of a call, by values."""

from dataclasses import replace

import pytest

from valence.domain import CallerSecrets, InvalidRequest, MethodNotAllowed, VendorMalformed
from valence.egress import OutboundResponse
from valence.elements import Catalog
from valence.gateway import ResourceRequest
from valence.gateway.build import Builder
from valence.gateway.decode import decode, vendor_error
from valence.gateway.match import Matcher
from valence.gateway.paginate import offset, token
from valence.gateway.respond import without_nulls
from valence.gateway.values import Page, Resolved

ELEMENT = Catalog.load().require("infusionsoftrest")


def sign(text: str) -> bytes:
    return (str(hash(text)).encode() * 8)[:32]


class Clock:
    """Stands still."""

    def now_ms(self) -> int:
        return 1_700_000_000_000

    def monotonic(self) -> float:
        return 0.0


class FakeInstance:
    """As much of an instance as building needs."""

    id = 7
    configuration: dict[str, str] = {}


RESOLVED = Resolved(FakeInstance(), ELEMENT)  # type: ignore[arg-type]


def built(
    method: str, path: str, query: str = "", body: bytes = b""
) -> tuple[str, str, bytes | None]:
    pairs = tuple(tuple(part.split("=", 1)) for part in query.split("&") if part)
    request = ResourceRequest(CallerSecrets(), method, path, pairs, {}, body)  # type: ignore[arg-type]
    matched = Matcher().match(ELEMENT, method, path)
    made = Builder(sign, clock=Clock()).build(request, RESOLVED, matched)
    return made.method, made.url.removeprefix("https://api.infusionsoft.com/crm/rest/v1"), made.body


@pytest.mark.parametrize(
    ("method", "path", "query", "vendor"),
    [
        ("GET", "/hubs/crm/contacts", "", "GET /contacts?order=id&limit=200&offset=0"),
        ("GET", "/contacts", "pageSize=5&page=3", "GET /contacts?order=id&limit=5&offset=10"),
        ("GET", "/hubs/other/contacts/6", "", "GET /contacts/6"),
        ("GET", "/contacts/a%2Fb", "", "GET /contacts/a%2Fb"),
        ("PUT", "/contacts/6", "", "PATCH /contacts/6"),
        ("DELETE", "/contacts/6", "", "DELETE /contacts/6"),
        (
            "GET",
            "/contacts",
            "where=email='a+b@c.d'",
            "GET /contacts?order=id&limit=200&offset=0&email=a%2Bb%40c.d",
        ),
        (
            "GET",
            "/contacts",
            "where=order='name' AND given_name='Ü +'",
            "GET /contacts?order=name&limit=200&offset=0&given_name=%C3%9C+%2B",
        ),
    ],
)
def test_a_call_becomes_the_vendors(method: str, path: str, query: str, vendor: str) -> None:
    """Path, paging and filter by the definition alone."""
    made = built(method, path, query, b"{}")
    assert f"{made[0]} {made[1]}" == vendor


@pytest.mark.parametrize(
    ("method", "path", "error"),
    [
        ("GET", "/nothing/1/2/3", InvalidRequest),
        ("GET", "/", InvalidRequest),
        ("GET", "/contacts/6/7/8/9", InvalidRequest),
        ("GET", "/contacts/..", InvalidRequest),
        ("GET", "/contacts/%2E%2e", InvalidRequest),
        ("GET", "/contacts/6%2f%2e%2e%2f..", InvalidRequest),
        ("GET", "/contacts/6%00", InvalidRequest),
        ("GET", "/contacts/6%5C..", InvalidRequest),
        ("POST", "/contacts/6", MethodNotAllowed),
        ("DELETE", "/contacts", MethodNotAllowed),
    ],
)
def test_what_is_not_there_is_refused(method: str, path: str, error: type[Exception]) -> None:
    """Before anything is sent."""
    with pytest.raises(error):
        built(method, path)


def test_a_page_token_leads_on_only_where_it_came_from() -> None:
    """Bound to instance and query, and good for a day."""
    issued = token.issue(sign, offset=200, size=100, bound_to="a", now_ms=0)
    assert token.redeem(sign, issued, bound_to="a", now_ms=1) == Page(200, 100)
    for changed, bound_to, now_ms in (
        (issued, "b", 1),
        (issued, "a", token.LIFETIME_MS),
        (issued[:-2], "a", 1),
        ("A" + issued[1:], "a", 1),
        ("", "a", 1),
        ("é", "a", 1),
    ):
        with pytest.raises(InvalidRequest):
            token.redeem(sign, changed, bound_to=bound_to, now_ms=now_ms)


@pytest.mark.parametrize(
    ("page", "returned", "total", "following"),
    [
        (Page(0, 10), 10, 25, 10),
        (Page(20, 10), 5, 25, None),
        (Page(0, 10), 0, 25, None),
        (Page(0, 10), 10, 10, None),
        (Page(0, 10), 10, None, 10),
        (Page(0, 10), 9, None, None),
    ],
)
def test_a_list_ends(page: Page, returned: int, total: int | None, following: int | None) -> None:
    """On an empty page, at the total, or where a page is not full and no total is told."""
    assert offset.next_offset(page, returned=returned, total=total) == following


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"a": None, "b": 0, "c": ""}, {"b": 0, "c": ""}),
        ({"a": {"b": None}}, {"a": {}}),
        ([None, {"a": None}], [None, {}]),
        ({"a": [{"b": None, "c": [None]}]}, {"a": [{"c": [None]}]}),
        (7, 7),
    ],
)
def test_nulls_are_dropped_at_every_depth(value: object, expected: object) -> None:
    """Keys go, list items stay."""
    assert without_nulls(value) == expected


@pytest.mark.parametrize("body", [b"<html>", b'{"contacts": {}}', b"{}", b"[]", b'"x"', b"{"])
def test_an_answer_that_is_no_list_is_malformed(body: bytes) -> None:
    """Where the definition promises one."""
    operation = Matcher().match(ELEMENT, "GET", "/contacts").operation
    with pytest.raises(VendorMalformed):
        decode(OutboundResponse(200, {}, body), operation)


@pytest.mark.parametrize(
    ("status", "body", "mapped", "message", "whose"),
    [
        (400, b'{"message": "No."}', 400, "No.", "caller"),
        (401, b'{"fault": {"faultstring": "Bad token"}}', 401, "Bad token", "resource-owner"),
        (404, b"<html>", 404, "The vendor answered status 404.", "caller"),
        (418, b'{"error_description": "Tea"}', 400, "Tea", "caller"),
        (429, b'{"message": "Slow"}', 429, "Slow", "vendor"),
        (500, b"", 502, "The vendor answered status 500.", "vendor"),
        (302, b"", 502, "The vendor answered status 302.", "vendor"),
    ],
)
def test_a_vendors_error_is_told_in_our_words(
    status: int, body: bytes, mapped: int, message: str, whose: str
) -> None:
    """With the status that the wire contract keeps, and secrets taken out."""
    found = vendor_error(OutboundResponse(status, {}, body), ELEMENT, ["hidden"])
    assert (found.status, found.message, found.whose) == (mapped, message, whose)
    told = vendor_error(OutboundResponse(400, {}, b'{"m": "hidden"}'), ELEMENT, ["hidden"])
    assert "hidden" not in (told.provider_message or "")


@pytest.mark.parametrize(
    ("after", "seconds"),
    [("7", 7), ("Tue, 14 Nov 2023 22:13:30 GMT", 10), ("soon", None), ("", None)],
)
def test_a_vendors_retry_after_is_passed_on(after: str, seconds: int | None) -> None:
    """Seconds or a date, as seconds."""
    response = OutboundResponse(429, {"Retry-After": after}, b"", received_ms=1_700_000_000_000)
    assert vendor_error(response, ELEMENT, []).retry_after_seconds == seconds


def test_literal_segments_win_over_placeholders() -> None:
    """/contacts/model before /contacts/{id}, whatever the order of the file."""
    first = next(op for op in ELEMENT.operations if op.path == "/contacts/{id}")
    literal = replace(first, path="/contacts/model", vendor_path="/contacts/model")
    for operations in ((first, literal), (literal, first)):
        element = replace(ELEMENT, operations=operations)
        found = Matcher().match(element, "GET", "/contacts/model").operation
        assert found.path == "/contacts/model"
