"""Reads `lines.txt`, the specification by example."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Line:
    """One clause and what it means, by keyword."""

    clause: str
    number: int
    meanings: dict[str, str] = field(default_factory=dict)


def read_lines() -> list[Line]:
    """Return all clauses of the table."""
    lines: list[Line] = []
    table = Path(__file__).with_name("lines.txt").read_text()
    for number, text in enumerate(table.splitlines(), 1):
        if text.startswith("#") or not text.strip():
            continue
        if text.startswith("  "):
            keyword, _, meaning = text.strip().partition(" ")
            assert keyword not in lines[-1].meanings, f"line {number} says {keyword} twice"
            lines[-1].meanings[keyword] = meaning.strip()
        else:
            lines.append(Line(text, number))
    return lines


def meanings(*keywords: str) -> list[tuple[str, str, str]]:
    """Return clause, keyword and meaning of each line that has one of the keywords."""
    return [
        (line.clause, keyword, line.meanings[keyword])
        for line in read_lines()
        for keyword in keywords
        if keyword in line.meanings
    ]
