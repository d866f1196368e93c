"""Rows of a definition, from each source to each destination."""

from typing import Any
from urllib.parse import parse_qsl

import pytest

from tests.gateway.conftest import (
    BASE,
    CURSOR_ROWS,
    PAGE_ROWS,
    call_of,
    element_of,
    resource,
    row,
)
from valence.domain import DefinitionError, InvalidRequest, UnsupportedMediaType
from valence.gateway import Part, Spool
from valence.gateway.build import Builder
from valence.gateway.encode import encode
from valence.gateway.values import Previous, Streamed, VendorPage

CLIENT = {"name": "Ada", "address": {"city": "Rome"}, "age": 36}
FORM = (Part("title", b"Mr"), Part("file", b"\x00\x01", "a.bin", "image/png"))


def sent(parameters: list[dict[str, Any]], **more: Any) -> tuple[str, dict[str, str], Any]:
    """Return address below the base, headers and body of one call of a POST with these rows."""
    vendor = more.pop("vendor", "POST /vendor")
    settings = more.pop("element", {})
    made = resource(
        "POST", "/things/{id}", vendor, parameters=parameters, **more.pop("resource", {})
    )
    call = call_of(
        element_of(made, **settings),
        "POST",
        "/things/a%2Fb",
        more.pop("query", {}),
        configuration=more.pop("configuration", {}),
        **more,
    )
    wire = encode(Builder().build(call))
    return wire.url.removeprefix(BASE), dict(wire.headers), wire.body or b""


@pytest.mark.parametrize(
    ("source", "destination", "expected"),
    [
        ("query:q", "query:x", "/vendor?x=a+b"),
        ("query:q", "no-op:x", "/vendor"),
        ("path:id", "query:x", "/vendor?x=a%2Fb"),
        ("header:X-Mine", "query:x", "/vendor?x=head"),
        ("bodyField:address.city", "query:x", "/vendor?x=Rome"),
        ("configuration:site", "query:x", "/vendor?x=the+site"),
        ("value:fixed", "query:x", "/vendor?x=fixed"),
        (
            "value:${configuration.site}-{id}-${header.x-mine}-${body.name}-{none}",
            "query:x",
            "/vendor?x=the+site-a%2Fb-head-Ada-%7Bnone%7D",
        ),
        ("prevBodyField:data.id", "query:x", "/vendor?x=9"),
    ],
)
def test_values_reach_the_query(source: str, destination: str, expected: str) -> None:
    """From every source; a template keeps what nothing resolves."""
    url, _, _ = sent(
        [row(source, destination), row("body:b", "no-op:b")],
        query={"q": "a b"},
        body=CLIENT,
        headers={"x-mine": "head"},
        configuration={"site": "the site"},
        previous=Previous({"data": {"id": 9}}, {}),
    )
    assert url == expected


@pytest.mark.parametrize(
    ("source", "destination", "vendor", "expected"),
    [
        ("query:q", "path:x", "/things/{x}/y", "/things/a%20b/y"),
        ("path:id", "path:x", "/things/{x}", "/things/a%2Fb"),
        ("configuration:site", "path:x", "/{x}", "/the%20site"),
        ("prevBodyField:data.id", "path:x", "/things/{x}", "/things/9"),
        ("value:v2", "path:x", "/{x}/{id}", "/v2/a%2Fb"),
    ],
)
def test_values_reach_the_path(source: str, destination: str, vendor: str, expected: str) -> None:
    """Encoded for their place; what has no row is the path's own value or configuration."""
    url, _, _ = sent(
        [row(source, destination)],
        vendor=f"POST {vendor}",
        query={"q": "a b"},
        configuration={"site": "the site"},
        previous=Previous({"data": {"id": 9}}, {}),
    )
    assert url == expected


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([row("header:X-Mine", "header:X-Theirs")], {"X-Theirs": "head"}),
        ([row("configuration:key", "header:X-Key")], {"X-Key": "k-1"}),
        ([row("value:text/csv", "header:accept")], {"accept": "text/csv"}),
        ([row("query:q", "header:X-Q")], {"X-Q": "a b"}),
        ([row("header:absent", "header:X-None")], {}),
    ],
)
def test_values_reach_headers(rows: list[dict[str, Any]], expected: dict[str, str]) -> None:
    """Whatever their case, they replace the default ones."""
    _, headers, _ = sent(
        rows, query={"q": "a b"}, headers={"x-mine": "head"}, configuration={"key": "k-1"}
    )
    default = {} if "accept" in expected else {"Accept": "application/json"}
    assert headers == default | expected


@pytest.mark.parametrize(
    ("rows", "key", "expected"),
    [
        ([row("body:b", "body:b")], "", b'{"name":"Ada","address":{"city":"Rome"},"age":36}'),
        ([row("bodyField:name", "bodyField:who.name")], "", b'{"who":{"name":"Ada"}}'),
        ([row("bodyField:name", "bodyField:who")], "a.b|", b'{"a":{"b":{"who":"Ada"}}}'),
        (
            [row("body:b", "body:b"), row("configuration:site", "bodyField:address.site")],
            "",
            b'{"name":"Ada","address":{"city":"Rome","site":"s"},"age":36}',
        ),
        (
            [row("query:n", "bodyField:n", dataType="integer", vendorDataType="integer")],
            "",
            b'{"n":5}',
        ),
        (
            [row("query:n", "bodyField:n", dataType="integer", vendorDataType="double")],
            "",
            b'{"n":5.0}',
        ),
        ([row("query:n", "bodyField:n")], "", b'{"n":"5"}'),
        (
            [row("query:flag", "bodyField:f", dataType="boolean", vendorDataType="boolean")],
            "",
            b'{"f":true}',
        ),
        (
            [
                row('value:{"a": "{t}", "n": ${m}}', "body:x"),
                row("bodyField:name", "bodyToken:t"),
                row("bodyField:age", "bodyToken:m"),
            ],
            "",
            b'{"a": "Ada", "n": 36}',
        ),
        ([row("prevBody:p", "body:p")], "", b'{"data":{"id":9}}'),
        ([row("query:n", "body:n")], "", b"5"),
    ],
)
def test_values_reach_the_body(rows: list[dict[str, Any]], key: str, expected: bytes) -> None:
    """Whole, by field, by template, wrapped, and with the vendor's types."""
    _, headers, body = sent(
        rows,
        query={"n": "5", "flag": "True"},
        body=CLIENT,
        configuration={"site": "s"},
        previous=Previous({"data": {"id": 9}}, {}),
        resource={"rootKey": key},
    )
    assert body == expected
    assert headers["Content-Type"] == "application/json"


def test_the_callers_body_is_not_changed_by_the_rows_of_the_vendors() -> None:
    """A field set below an object of the caller's goes into a copy."""
    made = resource(
        "POST", "/x", parameters=[row("body:b", "body:b"), row("value:1", "bodyField:a.n")]
    )
    call = call_of(element_of(made), "POST", "/x", body={"a": {"m": 1}})
    assert encode(Builder().build(call)).body == b'{"a":{"m":1,"n":"1"}}'


def test_a_part_can_be_json() -> None:
    """Before the file it describes, whose name it may hold; alone it is the body itself."""
    rows = [
        row("multipart:file", "multipart:Body"),
        row("multipart:file", "multipart:entity#Name"),
        row("bodyField:title", "multipart:entity#Title"),
        row("value:V", "multipart:entity#Share.Type"),
    ]
    parts = (
        Part("title", b"Rye"),
        Part("file", b"\x00", "a.bin", "x/y"),
        Part("more", b"1"),
    )
    _, headers, body = sent(rows, parts=parts)
    boundary = headers["Content-Type"].removeprefix("multipart/form-data; boundary=").encode()
    told, file, more = body.split(b"--" + boundary)[1:-1]
    assert told == (
        b'\r\nContent-Disposition: form-data; name="entity"\r\nContent-Type: application/json\r\n'
        b'\r\n{"Name":"a.bin","Title":"Rye","Share":{"Type":"V"}}\r\n'
    )
    assert b'name="Body"; filename="a.bin"\r\nContent-Type: x/y\r\n\r\n\x00' in file
    assert b'name="more"\r\n\r\n1' in more
    _, headers, body = sent(rows, body={"title": "Rye"})
    assert (headers["Content-Type"], body) == (
        "application/json",
        b'{"Title":"Rye","Share":{"Type":"V"}}',
    )


def test_forms_are_urlencoded_and_files_make_them_multipart() -> None:
    """`form` rows of plain values, and `multipart` rows with the fields that came along."""
    _, headers, body = sent([row("form:title", "form:t"), row("value:a b", "form:v")], parts=FORM)
    assert headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert body == b"t=Mr&v=a+b"
    _, headers, body = sent([row("multipart:file", "form:upload")], parts=FORM)
    boundary = headers["Content-Type"].removeprefix("multipart/form-data; boundary=")
    assert (
        body
        == (
            f"--{boundary}\r\n"
            'Content-Disposition: form-data; name="upload"; filename="a.bin"\r\n'
            "Content-Type: image/png\r\n\r\n\x00\x01\r\n"
            f"--{boundary}\r\n"
            'Content-Disposition: form-data; name="title"\r\n\r\nMr\r\n'
            f"--{boundary}--\r\n"
        ).encode()
    )


FORMED = row("value:application/x-www-form-urlencoded", "header:Content-Type")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"a": "x y", "b": 1, "c": True, "d": 2.5, "e": 3.0}, "a=x y&b=1&c=true&d=2.5&e=3"),
        (
            {"card": {"number": "42", "address": {"zip": "1"}}},
            "card[number]=42&card[address][zip]=1",
        ),
        ({"items": [{"plan": "p"}, {"plan": "q"}]}, "items[0][plan]=p&items[1][plan]=q"),
        ({"expand": ["a", "b"]}, "expand[0]=a&expand[1]=b"),
        ({"a": None, "source": {}, "list": [], "in": {"b": None}, "left": ""}, "left="),
        ({" billing": {" name ": " n"}}, "billing[name]= n"),
        ({"é": "ü&="}, "é=ü&="),
    ],
)
def test_a_body_becomes_a_form_where_the_vendor_takes_forms(body: object, expected: str) -> None:
    """The content type of the definition says so; what is inside of what stands in the names."""
    _, headers, content = sent([FORMED, row("body:thing", "body:thing")], body=body)
    assert headers["Content-Type"] == "application/x-www-form-urlencoded"
    pairs = parse_qsl(content.decode("ascii"), keep_blank_values=True)
    assert "&".join(f"{name}={value}" for name, value in pairs) == expected


@pytest.mark.parametrize(
    ("base", "vendor", "expected"),
    [
        (f"{BASE}/", "POST /vendor", "/vendor"),
        (f"{BASE}/", "POST vendor", "/vendor"),
        (f"{BASE}/", "POST ", "/"),
        (BASE, "POST /vendor", "/vendor"),
    ],
)
def test_a_slash_at_the_end_of_the_address(base: str, vendor: str, expected: str) -> None:
    """Is not doubled by that of the path."""
    address, _, _ = sent([], vendor=vendor, configuration={"base.url": base})
    assert address == expected


def test_a_file_can_be_the_whole_body() -> None:
    """With its own type, or the one that a row says."""
    _, headers, body = sent([row("multipart:file", "body:file")], parts=FORM)
    assert (headers["Content-Type"], body) == ("image/png", b"\x00\x01")
    rows = [row("multipart:file", "body:file"), row("value:text/x", "header:Content-Type")]
    assert sent(rows, parts=FORM)[1]["Content-Type"] == "text/x"


@pytest.mark.parametrize("vendor", ["body:file", "multipart:upload"])
async def test_a_spooled_file_is_sent_in_pieces(vendor: str) -> None:
    """Whose number of bytes is known beforehand, and which can be sent again."""
    spool = Spool()
    spool.write(b"x" * 200_000)
    parts = (Part("file", b"", "a.bin", None, spool),)
    _, headers, body = sent([row("multipart:file", vendor)], parts=parts)
    assert isinstance(body, Streamed)
    for _ in range(2):
        found = b"".join([piece async for piece in body.pieces()])
        assert len(found) == body.size
        assert b"x" * 200_000 in found
    assert headers["Content-Type"].startswith(
        "application/octet-stream" if vendor == "body:file" else "multipart/form-data; boundary="
    )
    spool.close()


def test_a_name_cannot_break_out_of_a_part() -> None:
    """Quotes and line breaks in a file's name are escaped."""
    parts = (Part("file", b"x", 'a"\r\nX: y"', "text/plain\r\nX: y"),)
    _, _, body = sent([row("multipart:file", "multipart:file")], parts=parts)
    assert b'filename="a%22%0D%0AX: y%22"\r\nContent-Type: text/plainX: y\r\n\r\nx' in body


@pytest.mark.parametrize(
    ("configuration", "vendor", "address"),
    [
        (
            {"base.url": "https://{sub}.v.example/x", "sub": "evil.example/"},
            "/a",
            "https://evil.example%2F.v.example/x/a",
        ),
        (
            {"base.url": "{store}/api", "store": "https://shop.example/"},
            "/a",
            "https://shop.example/api/a",
        ),
        (
            {"base.url": "https://{store}/api", "store": "https://shop.example"},
            "/a",
            "https://shop.example/api/a",
        ),
        ({"base.url": "https://v.example"}, "", "https://v.example"),
        (
            {"base.url": "https://v.example"},
            "https://other.example/{sub}",
            "https://other.example/z",
        ),
    ],
)
def test_the_address(configuration: dict[str, str], vendor: str, address: str) -> None:
    """Placeholders of base.url are configuration; a path that is a URL stands alone."""
    made = resource("GET", "/x", f"GET {vendor}") | {"vendorPath": vendor}
    call = call_of(element_of(made, configuration={"sub": "z", **configuration}), "GET", "/x")
    assert encode(Builder().build(call)).url == address


def test_a_path_row_fills_base_url() -> None:
    """The complete example of the wire contract: a global row from configuration to path."""
    element = element_of(
        resource("GET", "/x", "GET /people"),
        configuration={"base.url": "https://{subdomain}.acme.example/v1", "site": "ours"},
        parameters=[row("configuration:site", "path:subdomain", required=True)],
    )
    assert encode(Builder().build(call_of(element, "GET", "/x"))).url == (
        "https://ours.acme.example/v1/people"
    )


@pytest.mark.parametrize(
    ("rows", "more", "error", "word"),
    [
        ([row("query:q", "query:q", required=True)], {}, InvalidRequest, "q"),
        ([row("header:X-Team", "header:T", required=True)], {}, InvalidRequest, "X-Team"),
        ([row("configuration:k", "header:K", required=True)], {}, InvalidRequest, "k"),
        (
            [row("bodyField:a.b", "bodyField:c", required=True)],
            {"body": {"a": {}}},
            InvalidRequest,
            "a.b",
        ),
        ([row("multipart:file", "form:file", required=True)], {}, InvalidRequest, "file"),
        ([row("body:b", "body:b", required=True)], {}, InvalidRequest, "body"),
        ([row("body:b", "body:b", required=True)], {"raw": b"null"}, InvalidRequest, "body"),
        ([row("body:b", "body:b")], {"raw": b"{"}, InvalidRequest, "JSON"),
        ([row("body:b", "body:b")], {"body": [1]}, InvalidRequest, "object"),
        (
            [row("body:b", "body:b")],
            {"raw": b"<a/>", "headers": {"content-type": "text/xml"}},
            UnsupportedMediaType,
            "text/xml",
        ),
        (
            [row("query:n", "query:n", dataType="integer")],
            {"query": {"n": "5x"}},
            InvalidRequest,
            "n",
        ),
        (
            [row("query:n", "query:n", dataType="double")],
            {"query": {"n": "nan"}},
            InvalidRequest,
            "n",
        ),
        (
            [row("query:n", "query:n", dataType="boolean")],
            {"query": {"n": "ja"}},
            InvalidRequest,
            "n",
        ),
        ([row("query:n", "header:N")], {"query": {"n": "a\r\nX: y"}}, InvalidRequest, "n"),
        (
            [row("query:n", "path:n")],
            {"query": {"n": ".."}, "vendor": "POST /{n}"},
            InvalidRequest,
            "n",
        ),
    ],
)
def test_what_is_missing_or_malformed_is_named(
    rows: list[dict[str, Any]], more: dict[str, Any], error: type[Exception], word: str
) -> None:
    """With 400, before anything is sent."""
    with pytest.raises(error, match=word):
        sent(rows, **more)


def test_a_definition_without_an_address_is_its_authors_fault() -> None:
    """No base.url, or nothing that fills a placeholder."""
    for base in ("", "https://{nobody}.example"):
        element = element_of(resource("GET", "/x"), configuration={"base.url": base})
        with pytest.raises(DefinitionError):
            Builder().build(call_of(element, "GET", "/x"))


def test_a_bare_flag_counts_as_true_and_json_is_believed_over_its_label() -> None:
    """As old clients send both."""
    url, _, _ = sent([row("query:all", "query:all", dataType="boolean")], query={"all": ""})
    assert url == "/vendor?all=true"
    labelled = {"content-type": "application/x-www-form-urlencoded"}
    _, _, body = sent([row("body:b", "body:b")], body={"a": 1}, headers=labelled)
    assert body == b'{"a":1}'


def test_a_body_is_sent_only_where_a_row_asks_for_it() -> None:
    """Some vendors refuse the body of a GET or a DELETE."""
    assert sent([], body={"a": 1})[2] == b""


def test_values_for_the_configuration_are_handed_on() -> None:
    """A `configuration` destination is stored by the pipeline, not sent."""
    made = resource("POST", "/x", parameters=[row("bodyField:tz", "configuration:time.zone")])
    built = Builder().build(call_of(element_of(made), "POST", "/x", body={"tz": "UTC"}))
    assert built.configuration == {"time.zone": "UTC"}
    assert built.body is None


def test_no_op_is_not_sent() -> None:
    """The vendor path of resources that scripts serve alone."""
    element = element_of(resource("GET", "/x", "GET /no-op"))
    assert not Builder().build(call_of(element, "GET", "/x")).is_sent


def test_an_authorization_row_is_seen() -> None:
    """It wins over the instance's own credentials."""
    rows = [row("value:Key k", "header:authorization")]
    made = resource("GET", "/x", parameters=rows)
    assert Builder().build(call_of(element_of(made), "GET", "/x")).has_authorization


PAGED = element_of(
    resource("GET", "/p", parameters=PAGE_ROWS),
    resource("GET", "/c", parameters=CURSOR_ROWS, nextPageKey="next"),
    resource("GET", "/l", **{"x-valence": {"paging": {"style": "link"}}}),
    configuration={"pagination.type": "offset"},
)


@pytest.mark.parametrize(
    ("path", "paging", "cursor", "address"),
    [
        ("/p", {"page": "40", "pageSize": "20"}, None, "/p?page=40&limit=20"),
        ("/c", {"pageSize": "20"}, None, "/c?limit=20"),
        ("/c", {"pageSize": "20", "nextPage": "x=="}, "x==", "/c?cursor=x%3D%3D&limit=20"),
        ("/c", {}, f"{BASE}/c?page=abc&limit=3#top", "/c?page=abc&limit=3"),
        ("/l", {}, "?page=abc", "/l?page=abc"),
        ("/l", {}, "/v1/l?page=abc", "/l?page=abc"),
        ("/l", {}, "//evil.example/v1/l?page=abc", "/l?page=abc"),
        ("/c", {"pageSize": "2"}, "https://evil.example/steal?page=abc", "/c?limit=2&page=abc"),
        ("/c", {"pageSize": "2"}, "http://vendor.example/v1/c?page=abc", "/c?limit=2&page=abc"),
    ],
)
def test_pages_reach_the_vendor(
    path: str, paging: dict[str, str], cursor: str | None, address: str
) -> None:
    """By rows; the vendor's own link is followed on its own host only."""
    call = call_of(PAGED, "GET", path)
    built = Builder().build(call, place=VendorPage(cursor=cursor), paging=paging)
    assert encode(built).url.removeprefix(BASE) == address
