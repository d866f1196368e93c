"""A draft as the text of a definition file, laid out as the files of the catalog are."""

import textwrap
from collections.abc import Iterator

import yaml

from valence.elements.document import Json
from valence.elements.draft.guess import Draft

_WIDTH = 150


def as_file(draft: Draft) -> str:
    """Return YAML that `valence elements check` accepts, with what to look at on top."""
    form = draft.form
    lines = [
        f"# {form['name']}, drafted from its OpenAPI description.",
        f"# Written from {form['source']}",
        "#",
        "# To check by hand, then delete:",
    ]
    notes = [*draft.notes, "examples: give one to every operation; they document and test it"]
    for note in notes:
        lines += textwrap.wrap(note, _WIDTH, initial_indent="# - ", subsequent_indent="#   ")
    for name, value in form.items():
        if name == "configuration":
            lines += ["", "configuration:", *(f"  - {_flow(row)}" for row in value), ""]
        elif name == "models":
            lines += ["", "models:"]
            for model, fields in value.items():
                lines += [f"  {_flow(model)}:", *_wrapped(fields)]
        elif name == "resources":
            lines += ["", "resources:"]
            for row in value:
                lines += _resource(row)
        else:
            lines.append(f"{name}: {_flow(value)}")
    return "\n".join(lines) + "\n"


def _resource(row: Json) -> Iterator[str]:
    for position, (name, value) in enumerate(row.items()):
        yield f"{'  - ' if position == 0 else '    '}{name}: {_flow(value)}"


def _wrapped(fields: Json) -> Iterator[str]:
    """Return one flow mapping over as many lines as it needs, broken between its fields."""
    line = "    {"
    parts = [f"{_flow(name)}: {_flow(value)}" for name, value in fields.items()]
    for position, part in enumerate(parts):
        closed = part + ("}" if position == len(parts) - 1 else ",")
        if position and len(line) + len(closed) > _WIDTH:
            yield line.rstrip()
            line = "     "
        line += closed + " "
    yield line.rstrip()


def _flow(value: object) -> str:
    """Return a value on one line."""
    text: str = yaml.safe_dump(
        value, default_flow_style=True, sort_keys=False, allow_unicode=True, width=1_000_000
    )
    return text.removesuffix("...\n").strip()
