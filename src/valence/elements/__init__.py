"""Element definitions: read, checked, compiled to immutable values, and shown as element JSON;
those of the catalog, and those that tenants bring.

Open `compilation.py` first, then `document.py`; `elements.py` is what an account sees of catalog
and own elements, `parts.py` what it may change in them. A definition is element JSON, its
*document*: written by hand in the compact form (`schema.py`, expanded by `expand.py`, one file in
`valence.catalog`), or imported by a tenant. Both are checked and compiled by the same code; a
request never interprets them. The room refuses a definition that cannot work, naming file, line
and pointer, and knows no vendor by name."""

from valence.elements.authentication_types import authentication_types_to_wire, entries_of_type
from valence.elements.canonical import (
    CanonicalObject,
    canonical_definitions,
    canonical_objects,
    coverage,
    templates_of,
)
from valence.elements.catalog import Catalog
from valence.elements.change import clone, imported, merged
from valence.elements.check import Problem, check, identity_of, require_valid, resource_type
from valence.elements.compilation import compile_element
from valence.elements.document import derived_key, read
from valence.elements.elements import Elements
from valence.elements.exchange import (
    configuration_to_wire,
    document_of,
    element_to_wire,
    export_element,
    instance_element_to_wire,
)
from valence.elements.hubs import HUBS
from valence.elements.identity import with_ids, with_system_ids, without_ids
from valence.elements.loader import (
    BadDefinition,
    Fault,
    faults_of,
    load_definition,
    load_document,
)
from valence.elements.objects import (
    helium_objects,
    object_metadata,
    object_names,
    vendor_name,
)
from valence.elements.openapi import openapi_of
from valence.elements.parts import ElementParts, Kind
from valence.elements.samples import (
    csv_from_definitions,
    definitions_from_csv,
    definitions_from_sample,
)
from valence.elements.schema import definition_schema
from valence.elements.seals import DefaultSeals
from valence.elements.standard import with_standard
from valence.elements.summary import element_metadata
from valence.elements.swagger import (
    DocumentedObject,
    Place,
    element_swagger,
    hub_swagger,
    mapped_swagger,
    object_of_operation,
    object_swagger,
    operation_definitions,
    operation_swagger,
)

__all__ = [
    "HUBS",
    "BadDefinition",
    "CanonicalObject",
    "Catalog",
    "DefaultSeals",
    "DocumentedObject",
    "ElementParts",
    "Elements",
    "Fault",
    "Kind",
    "Place",
    "Problem",
    "authentication_types_to_wire",
    "canonical_definitions",
    "canonical_objects",
    "check",
    "clone",
    "compile_element",
    "configuration_to_wire",
    "coverage",
    "csv_from_definitions",
    "definition_schema",
    "definitions_from_csv",
    "definitions_from_sample",
    "derived_key",
    "document_of",
    "element_metadata",
    "element_swagger",
    "element_to_wire",
    "entries_of_type",
    "export_element",
    "faults_of",
    "helium_objects",
    "hub_swagger",
    "identity_of",
    "imported",
    "instance_element_to_wire",
    "load_definition",
    "load_document",
    "mapped_swagger",
    "merged",
    "object_metadata",
    "object_names",
    "object_of_operation",
    "object_swagger",
    "openapi_of",
    "operation_definitions",
    "operation_swagger",
    "read",
    "require_valid",
    "resource_type",
    "templates_of",
    "vendor_name",
    "with_ids",
    "with_standard",
    "with_system_ids",
    "without_ids",
]
