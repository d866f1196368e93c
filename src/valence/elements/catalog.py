"""All elements of an installation, compiled once at start."""

from dataclasses import replace
from importlib.resources import files
from pathlib import Path

from valence.domain import Element, NotFound
from valence.elements.loader import load_definition


class Catalog:
    """The elements by key and by id."""

    def __init__(self, elements: tuple[Element, ...]) -> None:
        self._elements = elements
        self._by_key = {element.key.casefold(): element for element in elements}
        self._by_id = {element.id: element for element in elements}

    @classmethod
    def load(cls, *, sandbox_url: str = "", folder: Path | None = None) -> "Catalog":
        """Compile every definition file.

        Args:
            sandbox_url: where the sandbox vendors are; elements they play get its addresses in
                place of the vendor's.

        Raises:
            BadDefinition: a file cannot work.
        """
        folder = folder or Path(str(files("valence.catalog")))
        elements = [load_definition(path) for path in sorted(folder.glob("*.yaml"))]
        if sandbox_url:
            elements = [_pointed_at(element, sandbox_url) for element in elements]
        return cls(tuple(sorted(elements, key=lambda element: element.name.casefold())))

    def all(self) -> tuple[Element, ...]:
        """Return all elements by name."""
        return self._elements

    def find(self, key_or_id: str) -> Element | None:
        """Return an element: a value of digits only is an id, anything else a key."""
        if key_or_id.isdecimal():
            return self._by_id.get(int(key_or_id)) if len(key_or_id) < 19 else None
        return self._by_key.get(key_or_id.casefold())

    def require(self, key_or_id: str) -> Element:
        """Return an element. Raises NotFound."""
        element = self.find(key_or_id)
        if element is None:
            raise NotFound(f"No element found with key or ID {key_or_id[:100]!r}.")
        return element


def _pointed_at(element: Element, sandbox_url: str) -> Element:
    return replace(
        element,
        configuration=tuple(
            replace(
                entry,
                default_value=element.sandbox_addresses[entry.key].replace(
                    "{sandbox}", sandbox_url
                ),
            )
            if entry.key in element.sandbox_addresses
            else entry
            for entry in element.configuration
        ),
    )
