"""Gathering one page of records from as many of the vendor's pages as it takes.

One page of ours is one page of the vendor's in nearly every call. It takes more where the page
asked for is larger than the vendor's largest, where the place must be walked to, and where a
filter is applied here. Both bounds are documented: what they cut off is said in a warning, and the
token leads to where reading stopped."""

from typing import Any

from valence.gateway.paginate import none
from valence.gateway.values import (
    Decoded,
    Gathered,
    Manner,
    Page,
    Record,
    Selection,
    VendorPage,
)

MOST_RECORDS = 10_000
"""Most records of the vendor's that one call looks through."""

MOST_EXCHANGES = 100
"""Most vendor calls that one call of ours makes for a list."""


class Walk:
    """Reads on until the page is full or the vendor's list ends.

    `place` is the vendor's page to read next.
    """

    __slots__ = (
        "_examined",
        "_exchanges",
        "_found",
        "_manner",
        "_page",
        "_pass_over",
        "_selection",
        "_style",
        "place",
        "result",
    )

    def __init__(self, page: Page, style: Any, *, manner: Manner, selection: Selection) -> None:
        self.place: VendorPage = page.start
        self.result: Gathered | None = None
        self._page = page
        self._style = style
        self._manner = manner
        self._selection = selection
        self._pass_over = page.pass_over
        self._found: list[Record] = []
        self._examined = 0
        self._exchanges = 0

    def add(self, decoded: Decoded) -> None:
        """Take the records of the vendor's page at `place`; sets `result` once there is one."""
        records: list[Record] = decoded.value
        if self._style is none:
            self.result = self._sliced(records)
            return
        self._exchanges += 1
        self._examined += len(records)
        following = self._style.following(
            self.place,
            returned=len(records),
            total=decoded.total,
            cursor=decoded.cursor,
            manner=self._manner,
        )
        keeps = self._selection.keeps
        used = self._take(records) if keeps is None else self._take_kept(records, keeps)
        total = decoded.total if keeps is None else None
        if used < len(records):
            following = self._style.at(self.place, used)
            self._finish(Page(following, self._page.size), total)
        elif following is None:
            self._finish(None, total)
        elif keeps is None and len(self._found) == self._page.size:
            self._finish(Page(following, self._page.size), total)
        elif self._examined >= MOST_RECORDS or self._exchanges >= MOST_EXCHANGES:
            self._stop(following, total)
        else:
            self.place = following

    def _take(self, records: list[Record]) -> int:
        """Take what fits and return how many of the records are used up."""
        skip = self.place.skip
        passed = min(self._pass_over, max(len(records) - skip, 0))
        self._pass_over -= passed
        start = skip + passed
        end = start + self._page.size - len(self._found)
        if start == 0 and len(records) <= end and not self._found:
            self._found = records  # the usual case: the vendor's page is the page
            return len(records)
        self._found = self._found + records[start:end]
        return min(end, len(records))

    def _take_kept(self, records: list[Record], keeps: Any) -> int:
        # One match more than fits is looked for: only then is there a next page.
        for index in range(self.place.skip, len(records)):
            if not keeps(records[index]):
                continue
            if self._pass_over:
                self._pass_over -= 1
            elif len(self._found) == self._page.size:
                return index
            else:
                self._found.append(records[index])
        return len(records)

    def _finish(self, following: Page | None, total: int | None) -> None:
        self.result = Gathered(self._found, following, total, self._page.warning)

    def _stop(self, following: VendorPage, total: int | None) -> None:
        text = self._page.warning
        if len(self._found) < self._page.size:
            text = (
                f"Stopped after {self._examined} records of the vendor's in {self._exchanges}"
                " calls; the page is not full, and nextPage goes on from there."
            )
        page = Page(following, self._page.size, self._pass_over)
        self.result = Gathered(self._found, page, total, text)

    def _sliced(self, records: list[Record]) -> Gathered:
        warning = None
        if len(records) > MOST_RECORDS:
            warning = (
                f"The vendor answered {len(records)} records at once; only the first"
                f" {MOST_RECORDS} are served."
            )
            records = records[:MOST_RECORDS]
        if self._selection.keeps is not None:
            records = [record for record in records if self._selection.keeps(record)]
        if self._selection.sorts is not None:
            records = self._selection.sorts(records)
        end = self._page.pass_over + self._page.size
        following = None
        if end < len(records):
            following = Page(VendorPage(), self._page.size, end)
        return Gathered(records[self._page.pass_over : end], following, len(records), warning)
