"""Read a definition file and compile it.

An error names the file, the line and the pointer into the document, because the author has a text
editor open and not a debugger. A file of the catalog is in the compact form; a file of element
JSON is checked by the same measure."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from valence.domain import DefinitionError, Element
from valence.elements.check import check
from valence.elements.compilation import compile_element
from valence.elements.document import Json
from valence.elements.expand import expand, misnamed, place_in_file
from valence.elements.identity import with_system_ids
from valence.elements.schema import DefinitionForm

Place = tuple[int | str, ...]

# The parser in C reads the catalog in a tenth of the time; both construct plain values only.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class BadDefinition(DefinitionError):
    """A definition file that cannot work; the message names file, line and pointer."""

    code = "bad-definition"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a definition file, and where."""

    file: str
    line: int
    pointer: str
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line} at {self.pointer or '/'}: {self.text}"


def load_definition(path: Path) -> Element:
    """Return the compiled element of a definition file.

    Raises:
        BadDefinition: it is not YAML, not in the form, or contradicts itself.
    """
    return compile_element(load_document(path), is_checked=True)


def load_document(path: Path) -> Json:
    """Return the element JSON that a definition file stands for, with its ids.

    Raises:
        BadDefinition: as `load_definition`.
    """
    found, faults = _read(path)
    if faults:
        raise BadDefinition(str(faults[0]))
    return with_system_ids(found, int(found.get("id") or 0))


def faults_of(path: Path) -> list[Fault]:
    """Return everything that is wrong with a file of either form; none: it compiles."""
    return _read(path)[1]


def _read(path: Path) -> tuple[Json, list[Fault]]:
    source = _Source(path, path.read_text(encoding="utf-8"))
    if path.suffix == ".json":
        return source.element_json()
    return source.compact_form()


class _Source:
    """The text of one file, and where in it things are."""

    def __init__(self, path: Path, text: str) -> None:
        self._file = path.name
        self._text = text
        self._node: Any = None

    def element_json(self) -> tuple[Json, list[Fault]]:
        try:
            content = json.loads(self._text)
        except ValueError as exc:
            return {}, [Fault(self._file, getattr(exc, "lineno", 1), "", f"not JSON: {exc}")]
        # JSON is YAML, and the YAML parser is the one that tells lines.
        self._node = yaml.compose(self._text, Loader=_Loader)
        problems = check(content, is_strict=True)
        return content, [self._fault(_parts(p.pointer), p.text) for p in problems]

    def compact_form(self) -> tuple[Json, list[Fault]]:
        try:
            loader = _Loader(self._text)
            try:
                self._node = loader.get_single_node()
                content = None if self._node is None else loader.construct_document(self._node)
            finally:
                loader.dispose()
        except yaml.YAMLError as exc:
            mark = getattr(exc, "problem_mark", None)
            line = 1 if mark is None else mark.line + 1
            return {}, [Fault(self._file, line, "", f"not YAML: {exc}")]
        try:
            form = DefinitionForm.model_validate(content)
        except ValidationError as exc:
            return {}, [self._invalid(error) for error in exc.errors(include_url=False)]
        faults = [self._fault(place, text) for place, text in misnamed(form)]
        if faults:
            return {}, faults
        document = expand(form)
        problems = check(document, is_strict=True)
        return document, [self._fault(place_in_file(form, p.pointer), p.text) for p in problems]

    def _invalid(self, error: Any) -> Fault:
        place = tuple(part for part in error["loc"] if isinstance(part, int | str))
        return self._fault(place, error["msg"].removeprefix("Value error, "))

    def _fault(self, place: Place, text: str) -> Fault:
        pointer = "".join(f"/{part}" for part in place)
        return Fault(self._file, _line(self._node, place), pointer, text)


def _parts(pointer: str) -> Place:
    return tuple(int(part) if part.isdecimal() else part for part in pointer.split("/")[1:])


def _line(node: Any, place: Place) -> int:
    line = 1 if node is None else node.start_mark.line + 1
    for part in place:
        if isinstance(node, yaml.MappingNode):
            found = next((pair for pair in node.value if pair[0].value == str(part)), None)
            if found is None:
                break
            line, node = found[0].start_mark.line + 1, found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            if part >= len(node.value):
                break
            node = node.value[part]
            line = node.start_mark.line + 1
        else:
            break
    return int(line)
