"""What a benchmark found, as a table."""

from dataclasses import dataclass, field

from rich.table import Table


@dataclass(frozen=True, slots=True)
class Measured:
    """A title, column names, rows of texts, and notes below."""

    title: str
    columns: tuple[str, ...]
    rows: list[tuple[str, ...]] = field(default_factory=list)
    notes: tuple[str, ...] = ()


def table(measured: Measured) -> Table:
    """Return it for a terminal."""
    made = Table(
        title=measured.title,
        caption="\n".join(measured.notes),
        title_justify="left",
        caption_justify="left",
    )
    for number, name in enumerate(measured.columns):
        made.add_column(name, justify="left" if number == 0 else "right")
    for row in measured.rows:
        made.add_row(*row)
    return made
