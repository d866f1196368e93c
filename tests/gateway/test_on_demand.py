"""Fields that the vendor answers only where a call names them."""

import pytest

from tests.gateway.conftest import element_of, resource
from valence.domain import OnDemand
from valence.gateway.on_demand import asking, everything
from valence.transformations import DocumentedField, FieldMapping, Transformation, compile_plan

F = FieldMapping
FIELDS = (
    F("title", "job_title"), F("tier", "custom[id=4].content"), F("bread", "custom[id=5].content"),
    F("note", "notes.text", is_read=False), F("kind", default="x"), F("city", "values.City"),
)  # fmt: skip
SOME = OnDemand("with", frozenset({"custom", "job_title", "notes", "birthday"}))


@pytest.mark.parametrize(
    ("rule", "is_mapped", "query", "expected"),
    [
        (SOME, True, {}, "job_title,custom"),
        (SOME, True, {"with": "birthday, job_title"}, "birthday,job_title,custom"),
        (SOME, True, {"fields": "id,birthday"}, "job_title,custom,birthday"),
        (SOME, False, {"fields": "id, notes.text,custom[*].id", "where": "a=1"}, "notes,custom"),
        (SOME, False, {"fields": "id"}, None),
        (SOME, False, {}, None),
        (OnDemand("with", within="values"), True, {}, "City"),
        (OnDemand("with", within="values"), False, {"fields": "values,values.a.b,c"}, "a"),
        (OnDemand("with"), False, {"fields": "a.b,c"}, "a,c"),
    ],
)  # fmt: skip
def test_what_is_read_is_asked_for(
    rule: OnDemand, is_mapped: bool, query: dict[str, str], expected: str | None
) -> None:
    """Each once, behind what the caller asks for; the rest of the query stays."""
    plan = compile_plan(Transformation("o", "v", FIELDS)) if is_mapped else None
    found = asking(rule, query, plan)
    assert found == (query if expected is None else {**query, "with": expected})


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (SOME, "birthday,custom,job_title,notes"),
        (OnDemand("with", within="values"), "bread"),
        (OnDemand("with"), "custom,values"),
        (OnDemand("with", within="other"), ""),
    ],
)
def test_a_sample_asks_for_all_or_for_the_accounts_own(rule: OnDemand, expected: str) -> None:
    """All, where the definition lists them; where they are too many, what the account added."""
    documented = [
        DocumentedField("custom[id=4].content", is_custom=True),
        DocumentedField("values.bread", is_custom=True),
        DocumentedField("values.City"),
    ]
    assert everything(rule, documented) == expected


def test_the_definition_says_which_they_are() -> None:
    """By a list, or any; a resource that says nothing has none."""
    said = {"onDemand": {"parameter": "with", "fields": ["a"]}}
    element = element_of(resource("GET", "/x", **{"x-valence": said}), resource("GET", "/y"))
    found = {one.path: one.on_demand for one in element.operations}
    assert found == {"/x": OnDemand("with", frozenset({"a"})), "/y": None}
