"""The references of elements, made once for each form they take; and bodies to begin with."""

import json
from collections import OrderedDict
from collections.abc import Iterable

from valence.common_resources import Mapped
from valence.console.reference import Operation, Reference, reference_of
from valence.domain import Element
from valence.elements import DocumentedObject, Place, document_of, element_swagger, openapi_of
from valence.gateway import documented

_REMEMBERED = 100


class References:
    """Makes and remembers the references of elements."""

    def __init__(self, public_url: str) -> None:
        self._place = Place.of(public_url)
        self._known: OrderedDict[
            tuple[int, tuple[DocumentedObject, ...]], tuple[Element, Reference]
        ] = OrderedDict()

    def of(self, element: Element, objects: Iterable[DocumentedObject] = ()) -> Reference:
        """Return what the viewer shows of an element, with mapped objects beside its own."""
        key = element.id, tuple(objects)
        known = self._known.get(key)
        if known is None or known[0] is not element:
            swagger = element_swagger(document_of(element), self._place, objects=key[1])
            known = self._known[key] = element, reference_of(openapi_of(swagger))
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return known[1]


def objects_of(mapped: Mapped, *, are_documented: bool = False) -> tuple[DocumentedObject, ...]:
    """Return an instance's mapped objects as documents show them: all, or those that ask to be."""
    return tuple(
        documented(one)
        for one in mapped.transformations.values()
        if one.is_documented or not are_documented
    )


def sample_body(
    element: Element, operation: Operation, objects: Iterable[DocumentedObject] = ()
) -> str:
    """Return what a body's editor begins with: the definition's example, or one made up.

    Args:
        objects: mapped objects, whose bodies are not the vendor's even where a resource has the
            same name.
    """
    if not operation.takes_json or operation.body is None:
        return ""
    is_mapped = operation.path.split("/")[1] in {one.name for one in objects}
    for one in () if is_mapped else element.operations:
        if one.method == operation.verb and one.path == operation.path:
            example = next((e.body for e in one.examples if e.body is not None), None)
            if example is not None:
                return json.dumps(example, indent=2, ensure_ascii=False, default=dict)
    return json.dumps(operation.body.example, indent=2, ensure_ascii=False)
