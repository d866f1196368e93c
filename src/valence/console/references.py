"""The references of elements, made once for each form they take; and bodies to begin with."""

import json
from collections import OrderedDict

from valence.console.reference import Operation, Reference, reference_of
from valence.domain import Element
from valence.elements import Place, document_of, element_swagger, openapi_of

_REMEMBERED = 100


class References:
    """Makes and remembers the references of elements."""

    def __init__(self, public_url: str) -> None:
        self._place = Place.of(public_url)
        self._known: OrderedDict[int, tuple[Element, Reference]] = OrderedDict()

    def of(self, element: Element) -> Reference:
        """Return what the viewer shows of an element."""
        known = self._known.get(element.id)
        if known is None or known[0] is not element:
            swagger = element_swagger(document_of(element), self._place)
            known = self._known[element.id] = element, reference_of(openapi_of(swagger))
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return known[1]


def sample_body(element: Element, operation: Operation) -> str:
    """Return what a body's editor begins with: the definition's example, or one made up."""
    if not operation.takes_json or operation.body is None:
        return ""
    for one in element.operations:
        if one.method == operation.verb and one.path == operation.path:
            example = next((e.body for e in one.examples if e.body is not None), None)
            if example is not None:
                return json.dumps(example, indent=2, ensure_ascii=False, default=dict)
    return json.dumps(operation.body.example, indent=2, ensure_ascii=False)
