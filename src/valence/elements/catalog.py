"""All elements of an installation, compiled once at start."""

from importlib.resources import files
from pathlib import Path

from valence.domain import Element, NotFound
from valence.elements.compilation import compile_element
from valence.elements.document import Json, extension
from valence.elements.loader import load_document


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
        documents = [load_document(path) for path in sorted(folder.glob("*.yaml"))]
        if sandbox_url:
            documents = [_pointed_at(document, sandbox_url) for document in documents]
        elements = [compile_element(document, is_checked=True) for document in documents]
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


def _pointed_at(document: Json, sandbox_url: str) -> Json:
    """Return a document whose addresses are the sandbox's, where it names them."""
    addresses = extension(document).get("sandbox") or {}
    entries = [
        row | {"defaultValue": str(addresses[row["key"]]).replace("{sandbox}", sandbox_url)}
        if row["key"] in addresses
        else row
        for row in document["configuration"]
    ]
    return document | {"configuration": entries}
