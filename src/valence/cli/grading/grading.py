"""Grade elements: one hub and one sandbox for all of them, on loopback, gone afterwards."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from valence.cli.children import LocalHub, running_hub, running_sandbox
from valence.cli.grading.checks import CHECKS
from valence.cli.grading.grades import Finding, Report, failed, unchecked
from valence.cli.grading.subject import Subject
from valence.domain import Element, ValenceError


def grade_all(elements: Iterable[Element]) -> Iterator[Report]:
    """Yield what is found out of each element."""
    with (
        TemporaryDirectory(prefix="valence-doctor-") as folder,
        running_sandbox("--no-limits") as sandbox_url,
        running_hub(Path(folder), sandbox_url=sandbox_url) as hub,
    ):
        for element in elements:
            yield grade(element, hub, sandbox_url)


def grade(element: Element, hub: LocalHub, sandbox_url: str) -> Report:
    """Return what is found out of an element by a running hub and sandbox."""
    findings: dict[str, Finding] = {}
    subject = Subject(element, hub, sandbox_url)
    reason = "" if element.sandbox_addresses else "no sandbox vendor plays it"
    for name, check in CHECKS.items():
        if reason:
            findings[name] = unchecked(reason)
            continue
        try:
            findings[name] = check(subject)
        except (ValenceError, OSError) as exc:
            findings[name] = failed(str(exc))
            if name == "authenticates":
                reason = "it does not authenticate"
    return Report(
        key=element.key,
        name=element.name,
        hub=element.hub,
        kind=element.authentication.value,
        operations=sum(one.type == "api" for one in element.operations),
        findings=findings,
    )
