"""Elements that authenticate and answer nothing yet, and what is called first of the others."""

from valence.domain import Element, Operation


def is_entry(element: Element) -> bool:
    """Tell whether an element has no resource that anybody can call."""
    return not any(operation.type == "api" for operation in element.operations)


def first_call(element: Element) -> Operation | None:
    """Return the list that a newcomer reads first: one that needs nothing to be known before.

    None: every resource needs an id, a path or the like."""
    free = [
        operation
        for operation in element.operations
        if operation.type == "api"
        and operation.method == "GET"
        and "{" not in operation.path
        and not any(one.is_required and one.source == "request" for one in operation.parameters)
    ]
    contacts = (one for one in free if one.path == "/contacts")
    lists = (one for one in free if one.is_list)
    return next(contacts, None) or next(lists, None) or next(iter(free), None)
