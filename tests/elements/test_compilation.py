"""What a document compiles to: tables of what a definition says and what a call will do."""

from typing import Any

import pytest

from tests.elements.documents import (
    acme,
    configured,
    document,
    hook,
    operation,
    resource,
    row,
    stored,
)
from valence.domain import (
    AuthenticationKind,
    Example,
    Filter,
    InvalidRequest,
    Ordering,
    Paging,
)
from valence.elements import compile_element, imported


@pytest.mark.parametrize(
    ("written", "request_key", "response_key"),
    [
        (None, None, None),
        ("", None, None),
        ("elements", None, "elements"),
        ("|elements", None, "elements"),
        ("contact|", "contact", None),
        ("person|data", "person", "data"),
        ("a.b|data.items", "a.b", "data.items"),
        ("|data[*].items", None, "data[*].items"),
        (" person | data ", "person", "data"),
    ],
)
def test_a_root_key_wraps_before_the_bar_and_unwraps_after_it(
    written: str | None, request_key: str | None, response_key: str | None
) -> None:
    """Without a bar it is the answer's alone."""
    found = operation(resource(rootKey=written))
    assert (found.request_key, found.response_key) == (request_key, response_key)


WAYS = [
    *("query>query", "query>path", "query>no-op", "path>query", "path>path", "path>no-op"),
    *("body>query", "body>body", "body>no-op", "multipart>form", "configuration>header"),
    *("configuration>path", "configuration>bodyField", "value>query", "value>header"),
    *("value>body", "value>form", "prevBody>body", "prevBodyField>path", "header>header"),
    *("form>form", "bodyField>bodyField", "form>multipart", "value>bodyToken"),
    *("query>configuration", "query>value"),
]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("source", ["request", "response"])
def test_a_value_keeps_its_way(way: str, source: str) -> None:
    """Every pair of the wire contract, in both directions."""
    type_, _, vendor_type = way.partition(">")
    (found,) = operation(
        resource(parameters=[row("a.b", "c", way, source=source, required=True)])
    ).parameters
    assert (found.name, found.vendor_name) == ("a.b", "c")
    assert (found.type, found.vendor_type, found.source) == (type_, vendor_type, source)
    assert found.is_required


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"name": "a", "type": "query"}, ("a", "a", "query", "query", "string", None)),
        (
            {"name": "a", "type": "path", "vendorName": None, "vendorType": None, "source": None},
            ("a", "a", "path", "path", "string", None),
        ),
        (
            {"name": "a", "type": "query", "dataType": "dateTime", "vendorDataType": "null"},
            ("a", "a", "query", "query", "dateTime", None),
        ),
        (
            {"name": "a", "type": "query", "converter": "toSomething"},
            ("a", "a", "query", "query", "string", "toSomething"),
        ),
        (
            {"name": "a", "type": "query", "vendorName": "converter:toOther"},
            ("a", "converter:toOther", "query", "query", "string", "toOther"),
        ),
    ],
)
def test_what_a_row_leaves_out_is_as_on_our_side(
    given: dict[str, Any], expected: tuple[Any, ...]
) -> None:
    """Nulls count as left out; a converter is written in two ways."""
    (found,) = operation(resource(parameters=[given])).parameters
    assert expected == (
        *(found.name, found.vendor_name, found.type, found.vendor_type),
        *(found.data_type, found.converter),
    )
    assert found.source == "request"


def test_the_elements_parameters_come_before_the_resources() -> None:
    """So that a resource may say it differently."""
    found = operation(resource(parameters=[row("own")]), parameters=[row("shared")])
    assert [parameter.name for parameter in found.parameters] == ["shared", "own"]


def test_hooks_run_from_the_outside_in_and_back() -> None:
    """Element, resource, vendor, resource, element; each in order of creation."""
    own = [hook("preRequest", "3"), hook("postRequest", "5"), hook("preRequest", "4")]
    shared = [hook("postRequest", "6"), hook("preRequest", "1"), hook("preRequest", "2")]
    element = compile_element(document(resource(hooks=own), hooks=[*shared, hook("event", "e")]))
    found = element.operations[0]
    assert [script.body for script in found.pre_hooks] == ["1", "2", "3", "4"]
    assert [script.body for script in found.post_hooks] == ["5", "6"]
    assert [script.body for script in element.event_hooks] == ["e"]
    assert [script.place for script in found.pre_hooks[1:3]] == ["the element", "GET /things"]


@pytest.mark.parametrize(
    ("body", "is_legacy", "expected"),
    [
        ("return {}", True, [("return {}", True)]),
        ("done({})", None, [("done({})", False)]),
        ("done({})", "true", [("done({})", True)]),
        ("  \n", False, []),
        (None, False, []),
    ],
)
def test_a_hook_without_a_script_does_not_run(
    body: str | None, is_legacy: Any, expected: list[Any]
) -> None:
    """Some exports come without the scripts."""
    script = {"type": "preRequest", "body": body, "isLegacy": is_legacy}
    found = operation(resource(hooks=[script])).pre_hooks
    assert [(each.body, each.is_legacy) for each in found] == expected


def chain(*nexts: str | None) -> list[dict[str, Any]]:
    return [
        resource("GET", f"/hubs/crm/l{number}/{{x{number}}}", nextResource=text)
        for number, text in enumerate(nexts, start=1)
    ]


def link(number: int) -> str:
    return f"GET:/l{number}/{{id}}"


def test_five_links_run() -> None:
    """The first counted; names of placeholders do not matter; a link has no chain of its own."""
    first = operation(*chain(link(2), "get: /hubs/crm/l3/{a}", link(4), link(5), None))
    assert [each.path for each in first.chain] == ["/l2/{x2}", "/l3/{x3}", "/l4/{x4}", "/l5/{x5}"]
    assert first.chain_fault is None
    assert [each.chain for each in first.chain] == [(), (), (), ()]


@pytest.mark.parametrize(
    ("nexts", "said"),
    [
        ([link(2), link(3), link(4), link(5), link(6), None], "more than 5 links"),
        ([link(2), link(1)], "comes back to GET /l1/{id}"),
        ([link(1)], "comes back"),
        (["GET:/elsewhere"], "not a resource"),
        (["/l1"], "not METHOD:/path"),
    ],
)
def test_a_chain_that_cannot_run_says_why(nexts: list[str | None], said: str) -> None:
    """Whoever calls its first link is told; the element's other resources work."""
    first = operation(*chain(*nexts))
    assert said in str(first.chain_fault)
    assert first.chain == ()


PAGES = [row("page", "p"), row("pageSize", "s")]
CURSOR = [row("nextPage", "c"), row("pageSize", "s")]


@pytest.mark.parametrize(
    ("own", "settings", "expected"),
    [
        ({"parameters": PAGES}, {}, Paging("page", None, 1)),
        ({"parameters": PAGES}, {"pagination_type": "page"}, Paging("page", None, 1)),
        ({"parameters": PAGES}, {"pagination_type": "OFFSET"}, Paging("offset", None, 0)),
        ({"parameters": [row("page", "$skip")]}, {}, Paging("offset", None, 0)),
        ({"parameters": [row("page", "startPage")]}, {}, Paging("page", None, 1)),
        (
            {"parameters": PAGES},
            {"pagination_max": "50", "pagination_page_startindex": "0"},
            Paging("page", 50, 0),
        ),
        (
            {"parameters": PAGES},
            {"pagination": '{"maxPageSize": 1000, "defaultPageSize": 50}'},
            Paging("page", 1000, 1),
        ),
        ({"parameters": PAGES}, {"pagination": "not JSON"}, Paging("page", None, 1)),
        ({"parameters": CURSOR, "nextPageKey": "n"}, {}, Paging("cursor", None, 0)),
        (
            {"parameters": [*CURSOR, *PAGES], "nextPageKey": "n"},
            {"pagination_type": "page"},
            Paging("cursor", None, 0),
        ),
        ({"parameters": CURSOR}, {"pagination_type": "cursor"}, Paging("cursor", None, 0)),
        ({"parameters": [row("pageSize", "s")], "nextPageKey": "n"}, {}, Paging("link", None, 0)),
        ({"parameters": [row("pageSize", "s")]}, {"pagination_type": "page"}, None),
        ({"nextPageKey": "n"}, {"pagination_type": "cursor"}, None),
        ({}, {"pagination_type": "page"}, None),
        ({"paginationType": "VENDOR_NOT_SUPPORTED", "parameters": PAGES}, {}, Paging("none")),
        ({"paginationType": "VENDOR_SUPPORTED"}, {}, None),
        ({"paginationType": "VENDOR_NOT_SUPPORTED", "method": "POST"}, {}, None),
        ({"method": "DELETE", "parameters": PAGES}, {}, None),
        ({"x-valence": {"paging": {"style": "offset"}}}, {}, Paging("offset", None, 0)),
        (
            {"x-valence": {"paging": {"style": "page", "largest": 10, "first": 3}}},
            {"pagination_max": "50"},
            Paging("page", 10, 3),
        ),
        (
            {"x-valence": {"paging": {"style": "cursor", "moreKey": "has_more"}}},
            {},
            Paging("cursor", None, 0, "has_more"),
        ),
    ],
)
def test_paging_follows_from_rows_and_configuration(
    own: dict[str, Any], settings: dict[str, str], expected: Paging | None
) -> None:
    """Unless the definition says it under x-valence."""
    found = operation(resource(**own), configuration=configured(**settings))
    assert found.paging == expected
    assert found.is_list == (expected is not None)


READS = "done({a: request_expression})"


@pytest.mark.parametrize(
    ("where", "script", "expected", "is_sent"),
    [
        (row("where", "converter:toQueryParameters"), "", Filter("query-parameters"), False),
        (row("where", "q", converter="toODataFilter"), "", Filter("odata", "$filter"), False),
        (row("where", "converter:toODataFilter"), READS, Filter("odata", "$filter"), False),
        (row("where", "q"), "", None, True),
        (row("where", "q"), READS, Filter("hook"), True),
        (row("where", "q", "query>no-op"), READS, Filter("hook"), True),
        (row("where", "q", "query>no-op"), "done({})", None, True),
        (row("where", "q", "bodyField>query"), READS, None, True),
    ],
)
def test_a_filter_follows_from_the_row_where(
    where: dict[str, Any], script: str, expected: Filter | None, is_sent: bool
) -> None:
    """By its converter, or because a script reads the expression; else the text goes as it is."""
    found = operation(resource(parameters=[where], hooks=[hook("preRequest", script)]))
    assert found.filter == expected
    assert ([row.name for row in found.parameters] == ["where"]) is is_sent


def test_a_definition_of_ours_says_filter_and_order() -> None:
    """Its row for other platforms is then no parameter."""
    said = {
        "filter": {"dialect": "query-parameters", "fields": {"mail": "email"}, "residue": True},
        "ordering": {
            "parameter": "order",
            "directionParameter": "dir",
            "ascending": "A",
            "descending": "D",
            "fields": {"mail": "email"},
            "default": "id",
        },
        "totalKey": "count",
        "examples": [{"path": {"id": 6}, "query": {"a": True}, "body": {"n": None}, "saves": "x"}],
    }
    found = operation(resource(parameters=[row("where"), row("q")], **{"x-valence": said}))
    assert found.filter == Filter("query-parameters", None, {"mail": "email"}, has_residue=True)
    assert found.ordering == Ordering("order", "dir", "A", "D", {"mail": "email"}, "id")
    assert [parameter.name for parameter in found.parameters] == ["q"]
    assert found.total_key == "count"
    assert found.examples == (Example({"id": "6"}, {"a": "true"}, {"n": None}, "x"),)


@pytest.mark.parametrize(
    ("written", "type_"),
    [
        (None, "api"),
        ("apiNoDocumentation", "apiNoDocumentation"),
        ("oauthOnAuthroizeUrl", "oauthOnAuthroizeUrl"),
        ("oauthOnAuthorizeUrl", "oauthOnAuthroizeUrl"),
        ("OAUTHONTOKENEXCHANGE", "oauthOnTokenExchange"),
        ("somethingNewer", "somethingNewer"),
    ],
)
def test_a_type_is_known_in_each_of_its_spellings(written: str | None, type_: str) -> None:
    """The old platform's own misspelling is the name."""
    assert operation(resource(type=written)).type == type_


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/hubs/crm/contacts", "/contacts"),
        ("/hubs/crm/contacts/{id}/", "/contacts/{id}"),
        ("/contacts", "/contacts"),
        ("/hubs/crm", "/"),
    ],
)
def test_a_path_loses_its_hub(path: str, expected: str) -> None:
    """The operation has the short one, the document the one that was sent."""
    element = compile_element(document(resource(path=path)))
    assert element.operations[0].path == expected
    assert element.document["resources"][0]["path"] == path  # type: ignore[index]


def test_the_later_of_two_equal_resources_wins() -> None:
    """An account's own follows the catalog's; a life-cycle resource is another thing."""
    element = compile_element(
        document(
            resource(path="/hubs/crm/a/{id}", vendorPath="/old"),
            resource(path="/b"),
            resource(path="/a/{other}", vendorPath="/new"),
            resource(path="/a/{id}", type="onDelete"),
        )
    )
    assert [(each.path, each.vendor_path, each.type) for each in element.operations] == [
        ("/a/{other}", "/new", "api"),
        ("/b", "/v1", "api"),
        ("/a/{id}", "/v1", "onDelete"),
    ]


@pytest.mark.parametrize("kind", list(AuthenticationKind))
def test_every_kind_of_authentication_is_taken(kind: AuthenticationKind) -> None:
    """Whether it runs is settled when an instance is created."""
    element = compile_element(imported(document(authentication={"type": kind.value})))
    assert element.authentication is kind


def test_a_real_export_compiles() -> None:
    """With nulls, texts for flags, bookkeeping, fields nobody knows, and every kind of row."""
    element = stored(acme())
    by_name = {f"{each.method} {each.path}": each for each in element.operations}
    contacts = by_name["GET /contacts"]
    assert contacts.paging == Paging("cursor", 100, 0)
    assert (contacts.next_page_key, contacts.response_key) == ("data.cursor", "data.items")
    assert [script.place for script in contacts.pre_hooks] == ["the element", "GET /contacts"]
    assert [script.is_legacy for script in contacts.post_hooks] == [False, True]
    assert by_name["GET /deals"].filter == Filter("hook")
    assert by_name["GET /deals"].paging == Paging("page", 100, 0)
    assert [each.path for each in by_name["POST /deals"].chain] == [
        "/deals-created/{dealId}",
        "/deals-touched",
    ]
    assert by_name["GET /consent"].type == "oauthOnAuthroizeUrl"
    assert (by_name["GET /report"].kind, by_name["POST /welcome"].formula_id) == ("java", 31)
    assert by_name["POST /welcome"].vendor_method == "POST"
    assert element.wire["fieldOfTomorrow"] == {"kept": True}
    assert (element.is_private, element.owner_account_id, element.id) == (True, 5, 7)
    choice = element.entry("authentication.type")
    assert choice is not None
    assert choice.is_group_control
    assert choice.options == (("oauth2", "Consent"), ("custom", "Key"))
    key = element.entry("acmecrm.key")
    assert key is not None
    assert (key.group, key.is_secret, key.is_required) == ("custom", True, True)
    assert element.default("pagination.max") == "100"


def test_what_cannot_work_does_not_compile() -> None:
    """The caller is told what and where."""
    with pytest.raises(InvalidRequest, match="at /resources/0/method: 'BREW'") as refused:
        compile_element(document(resource("BREW")))
    assert refused.value.code == "invalid-definition"
