"""Pages of lists: whatever the vendor's way of paging, slices of one order."""

from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import FixedClock
from tests.gateway.conftest import call_of, element_of, resource, row, sign
from valence.domain import Element, InvalidRequest
from valence.gateway.paginate import token
from valence.gateway.paginate.link import next_link
from valence.gateway.paginate.pages import Pages
from valence.gateway.paginate.walk import MOST_EXCHANGES, MOST_RECORDS
from valence.gateway.values import Call, Decoded, Gathered, Page, Selection, VendorPage

PAGES = Pages(sign, clock=FixedClock())


@dataclass
class List:
    """A vendor's list and its way of paging; counts what is asked of it.

    `short` makes it answer fewer records than its limit, as vendors that filter late do.
    """

    style: str
    records: list[dict[str, int]]
    largest: int = 5
    first: int = 0
    tells_total: bool = True
    short: int = 0
    capped: bool = False
    calls: int = 0

    def element(self) -> Element:
        rows = [
            row("query:page", "query:p"),
            row("query:pageSize", "query:s"),
            row("query:nextPage", "query:c"),
        ]
        paging = {"style": self.style, "first": self.first, "capped": self.capped}
        if self.style != "none":
            paging["largest"] = self.largest
        listing = resource("GET", "/x", parameters=rows, **{"x-valence": {"paging": paging}})
        return element_of(listing)

    def answer(self, sent: dict[str, str]) -> Decoded:
        self.calls += 1
        total = len(self.records) if self.tells_total else None
        if self.style == "none":
            return Decoded(self.records)
        limit = min(int(sent["pageSize"]), self.largest)
        if self.style in ("offset", "page"):
            start = int(sent["page"]) - self.first
            if self.style == "page":
                start *= limit
            return Decoded(self.records[start : start + limit], total)
        start = int(sent.get("nextPage", "0"))
        end = start + max(limit - self.short, 1)
        cursor = str(end) if end < len(self.records) else None
        return Decoded(self.records[start:end], cursor=cursor)


def gathered(
    vendor: List, query: dict[str, str], selection: Selection | None = None
) -> tuple[Gathered, Call]:
    call = call_of(vendor.element(), "GET", "/x", query)
    if selection is not None:
        call = replace(call, selection=selection)
    pager = PAGES.pager(call)
    assert pager is not None
    walk = PAGES.walk(call, pager)
    while walk.result is None:
        walk.add(vendor.answer(dict(pager.vendor_values(walk.place))))
    return walk.result, call


def page(vendor: List, number: int, size: int, **more: Any) -> Gathered:
    return gathered(vendor, {"page": str(number), "pageSize": str(size)}, **more)[0]


def by_tokens(vendor: List, size: int, **more: Any) -> list[list[dict[str, int]]]:
    found, query = [], {"pageSize": str(size)}
    while True:
        result, call = gathered(vendor, query, **more)
        found.append(result.records)
        if result.following is None:
            return found
        query["nextPage"] = PAGES.next_token(call, result.following)
        query["page"] = "1"  # clients send both: the token wins


def records(count: int) -> list[dict[str, int]]:
    return [{"id": number, "even": number % 2} for number in range(count)]


vendors = st.builds(
    List,
    style=st.sampled_from(["page", "offset", "cursor", "link", "none"]),
    records=st.integers(0, 23).map(records),
    largest=st.integers(1, 7),
    first=st.integers(0, 1),
    tells_total=st.booleans(),
    short=st.integers(0, 3),
)


@dataclass
class Queried:
    """A vendor of statements: counts to `deepest`, answers parts of `batch` without a limit."""

    records: list[dict[str, int]]
    largest: int
    deepest: int
    smallest: int
    offsets: list[int]
    calls: int = 0

    def element(self) -> Element:
        paging = {"style": "statement", "largest": self.largest, "deepest": self.deepest}
        said = {"paging": {**paging, "smallest": self.smallest}}
        return element_of(resource("GET", "/x", **{"x-valence": said}))

    def answer(self, sent: dict[str, str]) -> Decoded:
        self.calls += 1
        start = int(sent.get("nextPage") or sent.get("page", "0"))
        if "pageSize" in sent:
            assert start <= self.deepest
            return Decoded(self.records[start : start + int(sent["pageSize"])])
        assert int(sent["batch"]) >= self.smallest
        if "nextPage" not in sent:
            self.offsets.append(start)
            assert start <= self.deepest
        end = start + int(sent["batch"])
        cursor = str(end) if end < len(self.records) else None
        return Decoded(self.records[start:end], cursor=cursor)


statements = st.builds(
    Queried,
    records=st.integers(0, 40).map(records),
    largest=st.integers(1, 9),
    deepest=st.integers(1, 15),
    smallest=st.integers(1, 4),
    offsets=st.builds(list),
)


@given(vendor=statements, number=st.integers(1, 4), size=st.integers(1, 12))
@settings(max_examples=300, deadline=None)
def test_pages_of_a_statement_are_slices(vendor: Any, number: int, size: int) -> None:
    """By number as far as the vendor counts; by tokens to the end, past that and without gaps."""
    start = (number - 1) * size
    if start > vendor.deepest:
        with pytest.raises(InvalidRequest) as caught:
            page(vendor, number, size)
        assert caught.value.code == "page-too-deep"
    else:
        assert page(vendor, number, size).records == vendor.records[start : start + size]
    found = by_tokens(vendor, size)
    assert [one for part in found for one in part] == vendor.records
    assert [len(part) for part in found[:-1]] == [size] * (len(found) - 1)


@given(vendor=vendors, number=st.integers(1, 4), size=st.integers(1, 12))
@settings(max_examples=300, deadline=None)
def test_pages_are_slices_of_one_list(vendor: List, number: int, size: int) -> None:
    """Page N of size P is the N-th slice; two of them are one of 2P; more is told truly."""
    start = (number - 1) * size
    found = page(vendor, number, size)
    assert found.records == vendor.records[start : start + size]
    halves = page(vendor, 1, size).records + page(vendor, 2, size).records
    assert halves == page(vendor, 1, 2 * size).records
    if start + size < len(vendor.records):
        assert found.following is not None
    if found.following is None:
        assert start + size >= len(vendor.records)


@given(vendor=vendors, size=st.integers(1, 12))
@settings(max_examples=300, deadline=None)
def test_tokens_lead_over_the_same_slices(vendor: List, size: int) -> None:
    """To the end, without gap or repetition, and each page is what its number gives."""
    pages = by_tokens(vendor, size)
    assert [record for part in pages for record in part] == vendor.records
    assert all(len(part) == size for part in pages[:-1])
    for number, part in enumerate(pages, start=1):
        assert part == page(vendor, number, size).records


@given(vendor=vendors, number=st.integers(1, 3), size=st.integers(1, 6))
@settings(max_examples=200, deadline=None)
def test_a_filter_of_ours_pages_what_passes_it(vendor: List, number: int, size: int) -> None:
    """Slices of the filtered list, by number and by token, and the last page has no token."""
    selection = Selection(keeps=lambda record: record["even"] == 0)
    kept = [record for record in vendor.records if record["even"] == 0]
    start = (number - 1) * size
    found = page(vendor, number, size, selection=selection)
    assert found.records == kept[start : start + size]
    assert (found.following is not None) == (start + size < len(kept))
    assert found.total in (None, len(kept))
    assert [r for part in by_tokens(vendor, size, selection=selection) for r in part] == kept


@pytest.mark.parametrize(
    ("style", "size", "calls"),
    [
        ("offset", 5, 1),
        ("page", 5, 1),
        ("cursor", 5, 1),
        ("offset", 10, 2),
        ("page", 12, 3),
        ("cursor", 12, 3),
        ("none", 7, 1),
    ],
)
def test_a_page_costs_as_few_vendor_calls_as_it_can(style: str, size: int, calls: int) -> None:
    """One where it fits into the vendor's largest page."""
    vendor = List(style, records(30))
    assert len(page(vendor, 1, size).records) == size
    assert vendor.calls == calls


def test_a_vendor_that_cannot_be_told_a_size_is_walked() -> None:
    """Pages by number of the vendor's own size, with and without a total."""
    listing = resource(
        "GET",
        "/x",
        parameters=[row("query:page", "query:p")],
        **{"x-valence": {"paging": {"style": "page", "first": 1}}},
    )
    for total in (None, 10):
        query: dict[str, str] = {"pageSize": "4"}
        found = []
        for _ in range(4):
            call = call_of(element_of(listing), "GET", "/x", query)
            pager = PAGES.pager(call)
            assert pager is not None
            walk = PAGES.walk(call, pager)
            while walk.result is None:
                number = int(pager.vendor_values(walk.place)["page"])
                walk.add(Decoded(records(10)[(number - 1) * 3 : number * 3], total))
            found.append(walk.result.records)
            if walk.result.following is None:
                break
            query["nextPage"] = PAGES.next_token(call, walk.result.following)
        assert [r for part in found for r in part] == records(10)
        assert [len(part) for part in found][:2] == [4, 4]


def test_an_instance_may_have_a_smaller_largest_page() -> None:
    """`pagination.max` of its configuration counts before the element's."""
    vendor = List("offset", records(10), largest=5)
    call = call_of(
        vendor.element(), "GET", "/x", {"pageSize": "4"}, configuration={"pagination.max": "2"}
    )
    pager = PAGES.pager(call)
    assert pager is not None
    assert PAGES.walk(call, pager).place == VendorPage(0, 2)


def test_reading_stops_at_a_bound_and_says_so() -> None:
    """The token leads on from there, so nothing is lost."""
    vendor = List("cursor", records(MOST_EXCHANGES + 20), largest=1)
    result, call = gathered(vendor, {"pageSize": "110"})
    assert len(result.records) == vendor.calls == MOST_EXCHANGES
    assert result.warning is not None
    assert "nextPage goes on" in result.warning
    assert result.following is not None
    following = PAGES.next_token(call, result.following)
    rest, _ = gathered(vendor, {"pageSize": "110", "nextPage": following})
    assert result.records + rest.records == vendor.records
    assert rest.warning is None


def test_a_filter_looks_through_so_many_records_and_not_more() -> None:
    """An answer that is cut off says so and leads on."""
    vendor = List("offset", records(MOST_RECORDS + 500), largest=1000)
    selection = Selection(keeps=lambda record: record["id"] > MOST_RECORDS)
    result, call = gathered(vendor, {"pageSize": "10"}, selection)
    assert (result.records, vendor.calls) == ([], MOST_RECORDS // 200)
    assert result.warning is not None
    assert result.following is not None
    query = {"pageSize": "10", "nextPage": PAGES.next_token(call, result.following)}
    assert gathered(vendor, query, selection)[0].records[0]["id"] == MOST_RECORDS + 1


def test_a_vendor_that_answers_everything_is_cut_at_the_bound() -> None:
    """With a warning: what is beyond cannot be reached."""
    result = page(List("none", records(MOST_RECORDS + 1)), 1, 2000)
    assert (len(result.records), result.total) == (2000, MOST_RECORDS)
    assert result.warning is not None


def test_what_is_sorted_here_is_sorted_before_it_is_sliced() -> None:
    """Only where everything is read anyway."""
    selection = Selection(sorts=lambda found: sorted(found, key=lambda record: -record["id"]))
    vendor = List("none", records(9))
    assert [r["id"] for part in by_tokens(vendor, 4, selection=selection) for r in part] == [
        *range(8, -1, -1)
    ]


@pytest.mark.parametrize(
    "query",
    [
        {"pageSize": "0"},
        {"pageSize": "x"},
        {"pageSize": "-1"},
        {"pageSize": "2001"},
        {"pageSize": "1.5"},
        {"page": "0"},
        {"page": "²"},
        {"page": "9" * 30},
        {"nextPage": "AAAA"},
    ],
    ids=str,
)
def test_a_page_that_is_none_is_refused(query: dict[str, str]) -> None:
    """With 400 that names the parameter."""
    with pytest.raises(InvalidRequest, match=next(iter(query))):
        gathered(List("offset", []), query)


def test_an_empty_next_page_counts_as_absent() -> None:
    """Clients send it with the first call."""
    assert gathered(List("offset", records(3)), {"nextPage": "", "pageSize": ""})[
        0
    ].records == records(3)


def test_a_page_token_leads_on_only_where_it_came_from() -> None:
    """Bound to instance and query, and good for a day."""
    wanted = Page(VendorPage(200, 100, "a.b=.c", 3), 50, 7)
    issued = token.issue(sign, wanted, bound_to="a", now_ms=0)
    assert token.redeem(sign, issued, bound_to="a", now_ms=1) == wanted
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


@given(
    numbers=st.tuples(*[st.integers(0, 10**9)] * 5),
    cursor=st.none() | st.text(max_size=50).filter(lambda text: text.isprintable()),
)
def test_every_page_survives_its_token(numbers: tuple[int, ...], cursor: str | None) -> None:
    """Whatever the vendor's cursor holds; an empty one too."""
    offset, limit, skip, size, pass_over = numbers
    wanted = Page(VendorPage(offset, limit, cursor, skip), size, pass_over)
    issued = token.issue(sign, wanted, bound_to="a", now_ms=0)
    assert token.redeem(sign, issued, bound_to="a", now_ms=1) == wanted


def test_a_token_is_bound_to_filter_order_and_instance() -> None:
    """And not to the page that it came with."""
    vendor = List("offset", records(9))
    result, call = gathered(vendor, {"pageSize": "2"})
    assert result.following is not None
    issued = PAGES.next_token(call, result.following)
    assert gathered(vendor, {"nextPage": issued, "pageSize": "2", "page": "1", "fields": ""})
    for other in ({"fields": "id"}, {"q": "1"}):
        with pytest.raises(InvalidRequest):
            gathered(vendor, {"nextPage": issued, **other})


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ('<https://v/x?p=2>; rel="next"', "https://v/x?p=2"),
        ("</x?p=2>;rel=next", "/x?p=2"),
        ('<a>; rel="prev", <b>; title="x"; rel="last next"', "b"),
        ('<a,b;c>; REL="Next"', "a,b;c"),
        ('<a>; rel="nextish"', None),
        ("", None),
        ("<a", None),
        ("<>; rel=next", None),
    ],
)
def test_link_headers(header: str, expected: str | None) -> None:
    """RFC 8288, as vendors write it."""
    assert next_link(header) == expected


@pytest.mark.parametrize("style", ["page", "offset", "cursor"])
def test_a_capped_page_is_no_larger_than_the_vendors(style: str) -> None:
    """A caller who asks for more is told; the pages still make up the list."""
    vendor = List(style, records(12), largest=5, capped=True)
    found = page(vendor, 1, 8)
    assert (len(found.records), vendor.calls) == (5, 1)
    assert found.warning is not None
    assert "at most 5" in found.warning
    assert page(vendor, 1, 5).warning is None
    assert gathered(vendor, {})[0].warning is None
    parts = by_tokens(vendor, 8)
    assert [len(part) for part in parts] == [5, 5, 2]
    assert [record for part in parts for record in part] == vendor.records
    assert page(vendor, 2, 8).records == parts[1]
    with pytest.raises(InvalidRequest):
        page(vendor, 1, 2001)
