"""Element definitions: read, checked, compiled to immutable values, and shown as element JSON.

Open `loader.py` first. A definition is one file in `valence.catalog`; a request never interprets
it. The room refuses a definition that cannot work, naming file, line and pointer, and knows no
vendor by name."""

from valence.elements.catalog import Catalog
from valence.elements.exchange import (
    configuration_to_wire,
    element_to_wire,
    instance_element_to_wire,
)
from valence.elements.loader import BadDefinition, load_definition

__all__ = [
    "BadDefinition",
    "Catalog",
    "configuration_to_wire",
    "element_to_wire",
    "instance_element_to_wire",
    "load_definition",
]
