"""Element definitions: read, checked, compiled to immutable values, and shown as element JSON;
those of the catalog, and those that tenants bring.

Open `compilation.py` first, then `document.py`; `elements.py` is what an account sees of catalog
and own elements, `parts.py` what it may change in them. A definition is element JSON, its
*document*: written by hand in the compact form (`schema.py`, expanded by `expand.py`, one file in
`valence.catalog`), or imported by a tenant. Both are checked and compiled by the same code; a
request never interprets them. The room refuses a definition that cannot work, naming file, line
and pointer, and knows no vendor by name."""

from valence.elements.authentication_types import authentication_types_to_wire, entries_of_type
from valence.elements.catalog import Catalog
from valence.elements.change import clone, imported, merged
from valence.elements.check import Problem, check, identity_of, require_valid, resource_type
from valence.elements.compilation import compile_element
from valence.elements.document import derived_key, read
from valence.elements.elements import Elements
from valence.elements.exchange import (
    configuration_to_wire,
    element_to_wire,
    export_element,
    instance_element_to_wire,
)
from valence.elements.identity import with_ids, with_system_ids, without_ids
from valence.elements.loader import (
    BadDefinition,
    Fault,
    faults_of,
    load_definition,
    load_document,
)
from valence.elements.metadata import metadata_to_wire
from valence.elements.parts import ElementParts, Kind
from valence.elements.schema import definition_schema
from valence.elements.seals import DefaultSeals
from valence.elements.standard import with_standard

__all__ = [
    "BadDefinition",
    "Catalog",
    "DefaultSeals",
    "ElementParts",
    "Elements",
    "Fault",
    "Kind",
    "Problem",
    "authentication_types_to_wire",
    "check",
    "clone",
    "compile_element",
    "configuration_to_wire",
    "definition_schema",
    "derived_key",
    "element_to_wire",
    "entries_of_type",
    "export_element",
    "faults_of",
    "identity_of",
    "imported",
    "instance_element_to_wire",
    "load_definition",
    "load_document",
    "merged",
    "metadata_to_wire",
    "read",
    "require_valid",
    "resource_type",
    "with_ids",
    "with_standard",
    "with_system_ids",
    "without_ids",
]
