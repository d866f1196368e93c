"""The reference page of definitions is complete, and its examples work."""

import json
import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from tests.elements.documents import stored
from valence.domain import AuthenticationKind, Filter, Ordering, Paging
from valence.elements import check, load_definition
from valence.elements.check import DESTINATIONS, SOURCES
from valence.elements.schema import (
    ConfigurationForm,
    DefinitionForm,
    ExampleForm,
    FilterForm,
    HookForm,
    ObjectForm,
    OrderingForm,
    PagingForm,
    ParameterForm,
    ResourceForm,
)

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "definitions.md").read_text()


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", PAGE, flags=re.S)
    assert found is not None
    return found[1]


@pytest.mark.parametrize(
    "form",
    [
        *(DefinitionForm, ConfigurationForm, ResourceForm, ParameterForm, HookForm, FilterForm),
        *(OrderingForm, PagingForm, ExampleForm, ObjectForm),
    ],
)
def test_every_word_of_the_compact_form_is_on_the_page(form: type[BaseModel]) -> None:
    """In code, alone or in an example of its use."""
    text = PAGE[PAGE.index("### The element") :]
    coded = " ".join(re.findall(r"`([^`]+)`", text))
    words = [info.alias or name for name, info in form.model_fields.items()]
    assert [word for word in words if not re.search(rf"\b{word}\b", coded)] == []


def test_every_kind_and_type_is_on_the_page() -> None:
    """Of authentication and of parameters."""
    kinds = {kind.value for kind in AuthenticationKind}
    assert [name for name in kinds | SOURCES | DESTINATIONS if f"`{name}`" not in PAGE] == []


def test_the_compact_example_compiles(tmp_path: Path) -> None:
    """And means what the page says."""
    path = tmp_path / "acmecrm.yaml"
    path.write_text(block("yaml"))
    element = load_definition(path)
    contacts, create, read, deal, _ = element.operations
    assert contacts.paging == Paging("page", 100, 1)
    assert contacts.filter == Filter(
        "query-parameters", None, {"email": "mail", "employer": "company_name"}
    )
    assert contacts.ordering == Ordering(
        "sort", None, fields={"id": "id", "email": "email"}, default="id"
    )
    assert (create.request_key, create.response_key) == ("person", "data")
    assert [(row.type, row.vendor_type) for row in read.parameters] == [
        *(("configuration", "path"), ("value", "header"), ("path", "path")),
    ]
    assert [link.path for link in deal.chain] == ["/deals/{id}"]
    assert element.limits["app"]["available"] == "x-rate-left"


def test_the_example_of_element_json_compiles() -> None:
    """Also as a tenant's import."""
    document = json.loads(block("json"))
    assert check(document, is_strict=True) == []
    element = stored(document)
    (contacts,) = element.operations
    assert (element.key, element.hub) == ("acmelight", "general")
    assert (contacts.paging, contacts.total_key) == (Paging("page", None, 1), "total")
    assert contacts.filter == Filter("query-parameters")
    assert len(contacts.pre_hooks) == 1
