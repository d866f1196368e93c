"""The doctor of elements: docs/catalog.md is what it finds, and it finds what is broken."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.cli.test_cli import valence
from valence.cli.children import LocalHub, running_hub, running_sandbox
from valence.cli.grading import CHECKS, Finding, Grade, Report, as_lines, as_page, grade_all
from valence.cli.grading.grading import grade
from valence.domain import Element
from valence.elements import Catalog

PAGE = Path(__file__).parents[2] / "docs" / "catalog.md"
KEAP = Catalog.load().require("infusionsoftrest")
STRIPE = Catalog.load().require("stripe")


def test_the_page_of_the_catalog_is_what_the_doctor_finds() -> None:
    """Make it again with `valence elements check --output docs/catalog.md`."""
    reports = list(grade_all(Catalog.load().all()))
    assert [line for one in reports if not one.is_sound for line in as_lines(one)] == []
    assert as_page(reports) == PAGE.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[LocalHub, str]]:
    """Return a hub and the address of its sandbox."""
    with (
        running_sandbox("--no-limits") as sandbox_url,
        running_hub(tmp_path_factory.mktemp("doctor"), sandbox_url=sandbox_url) as hub,
    ):
        yield hub, sandbox_url


def reading(element: Element) -> Element:
    """Return an element that changes nothing."""
    return replace(
        element, operations=tuple(one for one in element.operations if one.method == "GET")
    )


def asking(element: Element) -> Element:
    """Return an element that claims to ask its vendor for objects, and has no custom fields."""
    own = replace(element.operations[0], method="GET", path="/objects", examples=())
    others = [one for one in element.operations if not one.path.endswith("/customFields")]
    return replace(element, operations=(*others, own))


def updating(element: Element, body: object) -> Element:
    """Return an element whose update of contacts has this example."""
    return replace(
        element,
        operations=tuple(
            replace(one, examples=(replace(one.examples[0], body=body),))
            if (one.method, one.path) == ("PATCH", "/contacts/{id}")
            else one
            for one in element.operations
        ),
    )


BY_WHERE = next(one for one in KEAP.operations if one.path == "/contacts" and one.is_list)


def with_where(where: str) -> Element:
    """Return the element with one example of its contacts, which filters."""
    examples = (replace(BY_WHERE.examples[0], query={"where": where}),)
    changed = replace(BY_WHERE, examples=examples)
    others = tuple(one for one in KEAP.operations if one is not BY_WHERE)
    return replace(KEAP, operations=(changed, *others))


@pytest.mark.parametrize(
    ("element", "check", "grade_", "text"),
    [
        (replace(KEAP, sandbox_account={"oauth.api.key": "nobody", "oauth.callback.url": "http://localhost/"}),
         "authenticates", Grade.FAILED, "No application is registered"),
        (replace(KEAP, sandbox_account={"oauth.api.key": "nobody", "oauth.callback.url": "http://localhost/"}),
         "pages", Grade.UNCHECKED, "does not authenticate"),
        (replace(KEAP, sandbox_addresses={}), "authenticates", Grade.UNCHECKED, "no sandbox vendor"),
        (with_where("email = 'nobody@example.com'"), "filters", Grade.FAILED, "0 of"),
        (with_where("order = 'id'"), "filters", Grade.FAILED, "records"),
        (with_where("nothing = 'x'"), "filters", Grade.FAILED, "400"),
        (asking(STRIPE), "discovers", Grade.FAILED, "nothing of the account's own"),
        (updating(KEAP, {}), "changes", Grade.FAILED, "changed nothing"),
        (reading(KEAP), "changes", Grade.NONE, "nothing of it"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_what_is_broken_is_not_called_good(
    element: Element, check: str, grade_: Grade, text: str, installation: tuple[LocalHub, str]
) -> None:
    """A wrong account, a filter that finds nothing or everything, a vendor nobody plays."""
    found = grade(element, *installation).findings[check]
    assert (found.grade, text in found.text) == (grade_, True), found


def test_only_what_passed_is_shown_as_yes() -> None:
    """In the lines for the terminal and on the page."""
    findings = {name: Finding(Grade.UNCHECKED, "why") for name in CHECKS}
    findings |= {"pages": Finding(Grade.FAILED, "lost one"), "errors": Finding(Grade.PASSED)}
    report = Report("acme", "Acme", "crm", "basic", 0, findings)
    assert not report.is_sound
    lines = as_lines(report)
    assert lines[0].startswith("acme (0 operations) authenticates:? ")
    assert lines[1:] == ["  pages: failed, lost one"]
    row = next(line for line in as_page([report]).splitlines() if "`acme`" in line)
    assert (
        row
        == "| Acme (`acme`) | crm | basic | entry only | ? | ? | ? | NO | ? | ? | yes | ? | ? | ? |"
    )


def test_keys_and_files_are_told_apart(tmp_path: Path) -> None:
    """A missing file and an unknown key are sentences, and 1."""
    for word, text in (("gone.yaml", "no file that can be read"), ("nobody", "No element found")):
        refused = valence("elements", "check", word, data_dir=tmp_path)
        assert refused.returncode == 1
        assert text in refused.stderr
