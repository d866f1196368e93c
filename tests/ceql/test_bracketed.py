"""Conditions as parameters, orders in brackets."""

import pytest

from valence.ceql import dialect, parse
from valence.domain import Filter, InvalidRequest

FIELDS = {
    "created": "created[]",
    "customer": "customer",
    "source.object": "source[object]",
    "status_transitions.canceled": "status_transitions[canceled][]",
}


@pytest.mark.parametrize(
    ("clause", "parameters"),
    [
        ("created = 1485255289", {"created": "1485255289"}),
        ("created = '1485255289'", {"created": "1485255289"}),
        ("created >= 5 and created < 9", {"created[gte]": "5", "created[lt]": "9"}),
        ("created > 5 and created > 5", {"created[gt]": "5"}),
        ("created <= '2018-01-01T01:00:00+01:00'", {"created[lte]": "1514764800"}),
        (
            "customer = 'cus_1' and source.object='card'",
            {"customer": "cus_1", "source[object]": "card"},
        ),
        ("customer = '2018-01-01'", {"customer": "2018-01-01"}),
        (
            "status_transitions.canceled >= '1522740054'",
            {"status_transitions[canceled][gte]": "1522740054"},
        ),
    ],
)
def test_a_condition_is_a_parameter(clause: str, parameters: dict[str, str]) -> None:
    """Under the vendor's name; dates as seconds where the vendor counts so."""
    translated = dialect("bracketed")(parse(clause), Filter("bracketed", fields=FIELDS))
    assert dict(translated.parameters) == parameters
    assert translated.residue is None


def test_any_field_without_a_list_of_them() -> None:
    """Fields inside of others go into brackets too."""
    translated = dialect("bracketed")(parse("a.b.c > 1 and d = true"), Filter("bracketed"))
    assert translated.parameters == (("a[b][c][gt]", "1"), ("d", "true"))


@pytest.mark.parametrize(
    "clause",
    [
        "customer > 'a'",
        "created != 5",
        "created in (5, 6)",
        "customer like 'a%'",
        "customer = null",
        "created = 5 or customer = 'a'",
        "created > 5 and created > 6",
        "created = 5 and created > 6",
        "amount = 5",
    ],
)
def test_what_cannot_be_said_is_refused_or_left(clause: str) -> None:
    """Refused by a name; where the definition allows it, left to be evaluated here."""
    with pytest.raises(InvalidRequest) as caught:
        dialect("bracketed")(parse(clause), Filter("bracketed", fields=FIELDS))
    assert caught.value.code in ("unsupported-operator", "unsupported-field")
    rule = Filter("bracketed", fields=FIELDS, has_residue=True)
    assert dialect("bracketed")(parse(clause), rule).residue is not None


@pytest.mark.parametrize("clause", ["x[*].y = 1", "x[0] = 1"])
def test_a_field_in_a_list_has_no_parameter(clause: str) -> None:
    """Its brackets would mean something else at the vendor."""
    with pytest.raises(InvalidRequest):
        dialect("bracketed")(parse(clause), Filter("bracketed"))
