"""Grades for the terminal, and as the page docs/catalog.md."""

from collections.abc import Iterable

from valence.cli.grading.checks import CHECKS
from valence.cli.grading.grades import Grade, Report

_MARKS = {Grade.PASSED: "yes", Grade.FAILED: "NO", Grade.NONE: "-", Grade.UNCHECKED: "?"}
_HEAD = """# The catalog, as the doctor found it

Every check was made by `valence elements check`, which runs a hub and the
[sandbox vendors](reference/sandbox.md), connects each element and does what the column says. This
page is what `valence elements check --output docs/catalog.md` wrote; a test makes it again and
compares.

`yes`: it was done and worked. `-`: the vendor, its way of authenticating or the definition has no
such thing. `?`: it could not be checked, which says nothing either way. An element without
operations is an entry: its authentication and configuration follow the vendor's documentation, its
resources are still to be written.

"""
_LEGEND = {
    "authenticates": "an instance is made and its first call is answered",
    "verifies": "wrong credentials make no instance",
    "refreshes": "an expired token is renewed once, unseen",
    "pages": "small pages hold what one large page holds, in order, once each",
    "filters": "`where` finds what it should and nothing else",
    "changes": "a record is created, read, updated to what was asked, deleted, and gone",
    "errors": "a vendor's 500 is a 502 that may be tried again",
    "limits": "a throttled call is made again when it may be",
    "discovers": "objects or fields that the account has of its own are found at the vendor",
    "revokes": "deleting the instance ends the token, at the vendor too where it can",
}


def as_lines(report: Report) -> list[str]:
    """Return a report as lines: one for the element, one for each check that did not pass."""
    marks = " ".join(f"{name}:{_MARKS[found.grade]}" for name, found in report.findings.items())
    lines = [f"{report.key} ({report.operations} operations) {marks}"]
    return lines + [
        f"  {name}: {found.grade.value}, {found.text}"
        for name, found in report.findings.items()
        if found.grade is Grade.FAILED
    ]


def as_page(reports: Iterable[Report]) -> str:
    """Return the page, elements by hub and name."""
    ordered = sorted(reports, key=lambda one: (one.hub, one.name.casefold()))
    names = list(CHECKS)
    rows = [
        "| element | hub | authentication | operations | " + " | ".join(names) + " |",
        "|---|---|---|---|" + "---|" * len(names),
    ]
    for one in ordered:
        marks = " | ".join(_MARKS[one.findings[name].grade] for name in names)
        shown = str(one.operations) if one.operations else "entry only"
        rows.append(f"| {one.name} (`{one.key}`) | {one.hub} | {one.kind} | {shown} | {marks} |")
    legend = [f"- **{name}**: {_LEGEND[name]}" for name in names]
    return _HEAD + "\n".join([*rows, "", "What each check does:", "", *legend, ""])
