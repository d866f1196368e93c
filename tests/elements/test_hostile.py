"""Whatever is sent as an element, the answer is a clear refusal or an element."""

import copy
import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.elements.documents import acme, stored
from valence.domain import InvalidRequest
from valence.elements import check, element_to_wire, merged

ACME = acme()
SCALARS = st.none() | st.booleans() | st.integers(-5, 5) | st.floats(allow_nan=False) | st.text()
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


def places(value: Any, place: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the way to every part of a document."""
    parts = value.items() if isinstance(value, dict) else enumerate(value)
    found = []
    for name, part in parts:
        found.append((*place, name))
        if isinstance(part, dict | list):
            found += places(part, (*place, name))
    return found


PLACES = places(ACME)


@given(st.sampled_from(PLACES), ANYTHING)
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_part_may_be_anything(place: tuple[Any, ...], value: Any) -> None:
    """It compiles and is shown, or is refused with a pointer; it never breaks."""
    document = copy.deepcopy(ACME)
    holder = document
    for name in place[:-1]:
        holder = holder[name]
    holder[place[-1]] = value
    problems = check(document)
    assert all(problem.pointer == "" or problem.pointer[0] == "/" for problem in problems)
    check(document, is_strict=True)
    try:
        element = stored(document)
    except InvalidRequest as refused:
        assert problems
        assert problems[0].pointer in refused.message
        return
    assert not problems
    json.dumps(element_to_wire(element))


@given(st.dictionaries(st.sampled_from([*ACME, "x-valence"]), ANYTHING, max_size=3))
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_change_may_bring_anything(change: dict[str, Any]) -> None:
    """The result works, or the change is refused."""
    before = stored(ACME).document
    try:
        after = merged(before, change)
    except InvalidRequest:
        return
    assert check(after) == []
    assert (after["key"], after["id"]) == (before["key"], before["id"])
