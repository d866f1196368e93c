"""Element definitions: read, checked, compiled to immutable values, and shown as element JSON.

Open `loader.py` first. A definition is one file in `valence.catalog`; a request never interprets
it. The room refuses a definition that cannot work, naming file, line and pointer, and knows no
vendor by name."""

from valence.elements.catalog import Catalog
from valence.elements.exchange import (
    configuration_to_wire,
    document_of,
    element_to_wire,
    instance_element_to_wire,
)
from valence.elements.hubs import HUBS
from valence.elements.loader import BadDefinition, load_definition
from valence.elements.metadata import (
    element_metadata,
    helium_objects,
    object_metadata,
    object_names,
)
from valence.elements.openapi import openapi_of
from valence.elements.samples import (
    csv_from_definitions,
    definitions_from_csv,
    definitions_from_sample,
)
from valence.elements.swagger import (
    DocumentedObject,
    Place,
    element_swagger,
    hub_swagger,
    object_of_operation,
    object_swagger,
    operation_definitions,
    operation_swagger,
)

__all__ = [
    "HUBS",
    "BadDefinition",
    "Catalog",
    "DocumentedObject",
    "Place",
    "configuration_to_wire",
    "csv_from_definitions",
    "definitions_from_csv",
    "definitions_from_sample",
    "document_of",
    "element_metadata",
    "element_swagger",
    "element_to_wire",
    "helium_objects",
    "hub_swagger",
    "instance_element_to_wire",
    "load_definition",
    "object_metadata",
    "object_names",
    "object_of_operation",
    "object_swagger",
    "openapi_of",
    "operation_definitions",
    "operation_swagger",
]
