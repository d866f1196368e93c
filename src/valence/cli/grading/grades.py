"""What a check finds."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Grade(StrEnum):
    """How a check ended. Only `passed` says that something works."""

    PASSED = "passed"
    FAILED = "failed"
    NONE = "none"  # the vendor, its authentication or the definition has no such thing
    UNCHECKED = "not checked"


@dataclass(frozen=True, slots=True)
class Finding:
    """One check's grade, and why in a few words."""

    grade: Grade
    text: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """What was found out of one element, by name of check."""

    key: str
    name: str
    hub: str
    kind: str
    operations: int
    findings: Mapping[str, Finding]

    @property
    def is_sound(self) -> bool:
        """Tell whether no check failed."""
        return all(one.grade is not Grade.FAILED for one in self.findings.values())


def passed(text: str = "") -> Finding:
    """Return a finding that something works."""
    return Finding(Grade.PASSED, text)


def failed(text: str) -> Finding:
    """Return a finding that something does not work."""
    return Finding(Grade.FAILED, text)


def none(text: str) -> Finding:
    """Return a finding that there is nothing to check."""
    return Finding(Grade.NONE, text)


def unchecked(text: str) -> Finding:
    """Return a finding that a check could not be made."""
    return Finding(Grade.UNCHECKED, text)
