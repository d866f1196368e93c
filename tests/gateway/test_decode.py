"""The vendor's bytes to values, and to errors in the platform's words."""

from dataclasses import replace
from typing import Any

import pytest
from multidict import CIMultiDict

from tests.gateway.conftest import call_of, element_of, resource, row
from valence.domain import DefinitionError, Operation, VendorMalformed
from valence.egress import OutboundResponse
from valence.gateway.capture import Capturer
from valence.gateway.decode import Decoder, reader, require_list, vendor_error


def answered(body: bytes, *, status: int = 200, **headers: str) -> OutboundResponse:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return OutboundResponse(status, CIMultiDict(named), body)


def operation(**more: Any) -> Operation:
    return element_of(resource("GET", "/x", **more)).operations[0]


DATA = {
    "data": {"items": [{"id": 1, "in": {"n": 5}}, {"id": 2}], "pages": [{"i": [1]}, {"i": [2, 3]}]},
    "list": [{"id": 7}],
}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("list", DATA["list"]),
        ("data.items", DATA["data"]["items"]),  # type: ignore[call-overload]
        ("data.items[*].id", [1, 2]),
        ("data.items[*].in.n", [5, None]),
        ("data.items[1].id", 2),
        ("data.items[5].id", None),
        ("data.items[-1].id", 2),
        ("list[-1]", {"id": 7}),
        ("data.none[-1].id", None),
        ("data.pages[*].i[*]", [1, 2, 3]),
        ("data.nothing.more", None),
        ("list.id", None),
        ("list[*]", DATA["list"]),
    ],
)
def test_paths_into_an_answer(path: str, expected: object) -> None:
    """Dotted, by number, and all of a list."""
    assert reader(path)(DATA) == expected


def test_all_of_a_bare_array() -> None:
    """Some vendors answer without an envelope."""
    assert reader("[*].id")([{"id": 1}, {"id": 2}]) == [1, 2]


@pytest.mark.parametrize("path", ["a[", "a[x]", "a[-2]"])
def test_a_path_that_is_none_is_its_authors_fault(path: str) -> None:
    """And no answer is read with half of it."""
    with pytest.raises(DefinitionError):
        reader(path)


@pytest.mark.parametrize(
    ("key", "body", "expected"),
    [
        ("", b'{"a": 1}', {"a": 1}),
        ("|data.a", b'{"data": {"a": [1]}}', [1]),
        ("contact|", b'{"a": 1}', {"a": 1}),
        ("data", b'{"data": {"a": 1}}', {"a": 1}),
        ("", b"", None),
        ("|a", b" \n", None),
        ("", b"true", True),
    ],
)
def test_the_root_of_an_answer(key: str, body: bytes, expected: object) -> None:
    """`request|response`: only the part after the bar is read from the answer."""
    assert Decoder().decode(answered(body), operation(rootKey=key)).value == expected


@pytest.mark.parametrize("body", [b"<html>", b"{", b"\xff\xfe"])
def test_what_is_not_json_is_malformed(body: bytes) -> None:
    """Where JSON was promised: 502, never 500."""
    with pytest.raises(VendorMalformed):
        Decoder().decode(answered(body, Content_Type="text/html"), operation())


@pytest.mark.parametrize("body", [b'{"list": {}}', b"{}", b"[]", b'"x"', b'{"list": null}'])
def test_an_answer_without_its_list_is_malformed(body: bytes) -> None:
    """Where the definition promises one."""
    with pytest.raises(VendorMalformed):
        require_list(Decoder().decode(answered(body), operation(rootKey="|list")))


@pytest.mark.parametrize(
    ("key", "body", "expected"),
    [
        ("|data", b'{"data": null}', []),
        ("|data.rows", b'{"data": {"rows": null}}', []),
        ("|data", b'{"other": null}', None),
        ("|data.rows", b'{"data": null}', None),
        ("|data[*].rows", b'{"data": null}', None),
    ],
)
def test_null_in_the_place_of_a_list_is_an_empty_one(key: str, body: bytes, expected: Any) -> None:
    """Where it stands at the very place; a record that is null stays null."""
    listing = operation(rootKey=key, **{"x-valence": {"paging": {"style": "none"}}})
    assert Decoder().decode(answered(body), listing).value == expected
    assert Decoder().decode(answered(body), operation(rootKey=key)).value is None


@pytest.mark.parametrize(
    ("promised", "headers"),
    [
        ("application/json", {"Content_Type": "application/pdf"}),
        ("application/json", {"Content_Disposition": 'attachment; filename="a.txt"'}),
        ("application/octet-stream", {"Content_Type": "application/octet-stream"}),
        ("text/csv", {"Content_Type": "text/csv"}),
    ],
)
def test_files_pass_as_they_are(promised: str, headers: dict[str, str]) -> None:
    """With their type and name, whatever their bytes."""
    made = operation(response={"contentType": promised})
    decoded = Decoder().decode(answered(b"\x00\xff", **headers), made)
    assert decoded.value == b"\x00\xff"
    assert decoded.content_type == headers.get("Content_Type", "application/octet-stream")
    name = headers.get("Content_Disposition")
    assert decoded.answer_headers == ((("Content-Disposition", name),) if name else ())


def test_the_cursor_is_read_from_where_the_definition_says() -> None:
    """From the answer or the Link header; a token of the vendor's does not go into ours."""
    cursor = operation(nextPageKey="meta.next", parameters=[row("query:nextPage", "query:c")])
    assert Decoder().decode(answered(b'{"meta": {"next": 12}}'), cursor).cursor == "12"
    assert Decoder().decode(answered(b'{"meta": {"next": null}}'), cursor).cursor is None
    secret = b'{"meta": {"next": "https://v.example/x?after=3&access_token=abc"}}'
    assert Decoder().decode(answered(secret), cursor).cursor == "https://v.example/x?after=3"
    last = operation(
        nextPageKey="data[-1].id",
        **{"x-valence": {"paging": {"style": "cursor", "moreKey": "has_more"}}},
    )
    page = b'{"data": [{"id": "a"}, {"id": "b"}], "has_more": true}'
    assert Decoder().decode(answered(page), last).cursor == "b"
    assert Decoder().decode(answered(page.replace(b"true", b"false")), last).cursor is None
    assert Decoder().decode(answered(b'{"data": [], "has_more": true}'), last).cursor is None
    link = operation(**{"x-valence": {"paging": {"style": "link"}}})
    header = '<https://v.example/x?p=1>; rel="prev", <https://v.example/x?p=3,4>; rel="next last"'
    assert (
        Decoder().decode(answered(b"[]", Link=header), link).cursor == "https://v.example/x?p=3,4"
    )
    assert Decoder().decode(answered(b"[]", Link="<x>; rel=prev"), link).cursor is None
    assert Decoder().decode(answered(b"[]"), link).cursor is None


ERRORS = element_of(
    resource("GET", "/x"),
    **{"x-valence": {"errors": ["message", "fault.faultstring", "errors[*].detail", "fields"]}},
)


@pytest.mark.parametrize(
    ("status", "body", "mapped", "message", "whose"),
    [
        (400, b'{"message": "No."}', 400, "No.", "caller"),
        (401, b'{"fault": {"faultstring": "Bad token"}}', 401, "Bad token", "resource-owner"),
        (402, b'{"message": "Pay"}', 400, "Pay", "caller"),
        (403, b"", 403, "The vendor answered status 403.", "resource-owner"),
        (404, b"<html>", 404, "The vendor answered status 404.", "caller"),
        (405, b"", 405, "The vendor answered status 405.", "caller"),
        (406, b"", 406, "The vendor answered status 406.", "caller"),
        (409, b'{"errors": [{"detail": "Twice"}]}', 409, "Twice", "caller"),
        (400, b'{"fields": {"a": "Bad.", "b": {}, "c": "Odd."}}', 400, "a: Bad. c: Odd.", "caller"),
        (400, b'{"fields": {}}', 400, "The vendor answered status 400.", "caller"),
        (415, b"", 415, "The vendor answered status 415.", "caller"),
        (418, b'{"error": "x"}', 400, "The vendor answered status 418.", "caller"),
        (429, b'{"message": "Slow"}', 429, "Slow", "vendor"),
        (500, b"", 502, "The vendor answered status 500.", "vendor"),
        (503, b'{"message": 5}', 502, "The vendor answered status 503.", "vendor"),
        (302, b"", 502, "The vendor answered status 302.", "vendor"),
    ],
)
def test_a_vendors_error_is_told_in_our_words(
    status: int, body: bytes, mapped: int, message: str, whose: str
) -> None:
    """With the status that the wire contract keeps."""
    found = vendor_error(answered(body, status=status), ERRORS, [])
    assert (found.status, found.message, found.whose) == (mapped, message, whose)


def test_an_error_tells_no_secret_and_when_to_come_again() -> None:
    """In message and provider message; Retry-After is kept, seconds or date."""
    body = b'{"message": "token s3cret-value is bad"}'
    found = vendor_error(answered(body, status=429, Retry_After="7"), ERRORS, ["s3cret-value"])
    assert "s3cret" not in found.message + (found.provider_message or "")
    assert found.retry_after_seconds == 7


RULED = element_of(
    resource("GET", "/x"),
    **{
        "x-valence": {
            "errors": ["[*].message"],
            "statuses": [
                {"status": 404, "when": {"[0].code": "BAD_ID", "[0].fields[0]": "Id"}},
                {"status": 404, "when": {"[0].code": "BAD_ID", "[0].fields[0]": None}},
                {"status": 429, "when": {"[0].code": "LIMIT"}},
            ],
        }
    },
)


@pytest.mark.parametrize(
    ("status", "body", "mapped"),
    [
        (400, b'[{"code": "BAD_ID", "fields": ["Id"]}]', 404),
        (400, b'[{"code": "BAD_ID"}]', 404),
        (400, b'[{"code": "BAD_ID", "fields": ["OwnerId"]}]', 400),
        (403, b'[{"code": "LIMIT"}]', 429),
        (403, b'[{"code": "OTHER"}]', 403),
        (403, b"<html>", 403),
        (500, b'[{"code": "LIMIT"}]', 502),
    ],
)
def test_a_definition_gives_errors_another_status(status: int, body: bytes, mapped: int) -> None:
    """By what the error holds; never one of the vendor's own failures."""
    found = vendor_error(answered(body, status=status), RULED, [])
    assert (found.status, found.vendor_status) == (mapped, status)
    assert found.retryable is (mapped in (429, 502))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b'{"Id": "1", "n": 2}', {"Id": "1", "n": 2, "id": "1"}),
        (b'{"id": "1", "success": true}', {"id": "1", "success": True, "Id": "1"}),
        (b'{"Id": "1", "id": "own"}', {"Id": "1", "id": "own"}),
        (b'[{"Id": "1"}, {"n": 2}, 3]', [{"Id": "1", "id": "1"}, {"n": 2}, 3]),
    ],
)
def test_records_get_the_uniform_key(body: bytes, expected: object) -> None:
    """Beside the vendor's own, whichever of them came."""
    made = resource("GET", "/x", **{"x-valence": {"idField": "Id"}})
    operation = element_of(made).operations[0]
    assert Decoder().decode(answered(body), operation).value == expected


def test_response_rows_put_values_into_our_answer() -> None:
    """Headers, fields, the whole body and configuration, from headers and fields of the vendor's."""
    made = resource(
        "GET",
        "/x",
        rootKey="|data",
        parameters=[
            row("header:X-Ours", "header:X-Theirs", answer=True),
            row("bodyField:count", "bodyField:meta.total", answer=True),
            row("configuration:sync.token", "bodyField:meta.sync", answer=True),
            row("configuration:absent", "bodyField:meta.nothing", answer=True),
            row("header:Set-Cookie", "header:X-Theirs", answer=True),
        ],
    )
    call = call_of(element_of(made), "GET", "/x")
    answer = {"data": {"id": 1}, "meta": {"total": 3, "sync": "s1"}}
    response = answered(b"", X_Theirs="a")
    decoded = Decoder().decode(
        OutboundResponse(200, response.headers, b'{"data": {"id": 1}}'), call.operation
    )
    captured = Capturer().capture(call, decoded, answer=answer)
    assert captured.decoded.value == {"id": 1, "count": 3}
    assert captured.decoded.answer_headers == (("X-Ours", "a"),)
    assert captured.configuration == {"sync.token": "s1"}


def test_old_validation_rows_capture_what_is_not_there_yet() -> None:
    """They say `request`; only a value that the configuration lacks is taken from the answer."""
    made = resource(
        "GET",
        "/me",
        type="provisionAuthValidation",
        parameters=[
            row("configuration:account", "bodyField:id"),
            row("configuration:zone", "bodyField:tz"),
        ],
    )
    element = element_of(made)
    call = call_of(element_of(resource("GET", "/y")), "GET", "/y", configuration={"zone": "UTC"})
    call = replace(call, operation=element.operations[0])
    decoded = Decoder().decode(answered(b'{"id": 12, "tz": "CET"}'), call.operation)
    captured = Capturer().capture(call, decoded, answer=decoded.value)
    assert captured.configuration == {"account": "12"}
