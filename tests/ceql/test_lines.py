"""CEQL by lines: each clause of `lines.txt`, and what it means."""

import json
import re

import pytest

from tests.ceql.lines import meanings, read_lines
from valence.ceql import dialect, dialect_names, expression_list, parse, to_text
from valence.domain import Filter, InvalidRequest


def test_the_table_knows_its_keywords() -> None:
    """A mistyped keyword would be a line that is never checked."""
    known = {"prints", "error", "list", *dialect_names()}
    for line in read_lines():
        assert line.meanings, f"line {line.number} means nothing"
        assert set(line.meanings) <= known, f"line {line.number}"
    assert len(read_lines()) > 90


@pytest.mark.parametrize(("clause", "keyword", "printed"), meanings("prints"))
def test_a_clause_is_printed(clause: str, keyword: str, printed: str) -> None:
    """In one form, which parses to the same tree; blanks around it change nothing."""
    tree = parse(clause)
    assert to_text(tree) == printed
    assert parse(printed) == tree
    assert parse(f"  {clause}\t ") == tree


@pytest.mark.parametrize(("clause", "keyword", "error"), meanings("error"))
def test_what_cannot_be_parsed_says_where(clause: str, keyword: str, error: str) -> None:
    """The contract's words, the position, and what was expected."""
    position, _, expectation = error.partition(" ")
    with pytest.raises(InvalidRequest) as caught:
        parse(clause)
    assert caught.value.message == (
        f"Error parsing query at position {position}: expected {expectation}."
    )
    assert caught.value.code == "bad-query"


@pytest.mark.parametrize(("clause", "name", "meaning"), meanings(*dialect_names()))
def test_a_clause_is_said_to_a_vendor(clause: str, name: str, meaning: str) -> None:
    """By each dialect, in full; or it is refused, by a name; or all of it is left over."""
    expression = parse(clause)
    if not meaning.startswith("!"):
        translated = dialect(name)(expression, Filter(name))
        assert translated.residue is None
        assert _written(name, translated.parameters) == meaning
        return
    with pytest.raises(InvalidRequest, match=re.escape(meaning[1:].strip())) as caught:
        dialect(name)(expression, Filter(name))
    assert caught.value.code in ("unsupported-operator", "unsupported-field")
    assert dialect(name)(expression, Filter(name, has_residue=True)).residue is not None


@pytest.mark.parametrize(("clause", "keyword", "meaning"), meanings("list"))
def test_a_clause_is_listed_for_scripts(clause: str, keyword: str, meaning: str) -> None:
    """As attribute, operator and value; an OR is refused."""
    if meaning.startswith("!"):
        with pytest.raises(InvalidRequest, match=meaning[1:].strip()) as caught:
            expression_list(parse(clause))
        assert caught.value.code == "unsupported-operator"
        return
    assert expression_list(parse(clause)) == [
        {"attribute": attribute, "operator": operator, "value": value}
        for attribute, operator, value in json.loads(meaning)
    ]


def _written(name: str, parameters: tuple[tuple[str, str], ...]) -> str:
    """Write parameters as the table does: a condition stands alone, values under their names."""
    single = {"odata": "$filter", "soql": "where", "sql": "where", "keap": "filter"}
    first = single.get(name)
    if first is not None:
        assert parameters[0][0] == first
    return " | ".join(value if key == first else f"{key}={value}" for key, value in parameters)
