"""SOQL where the object is described: the vendor's names, and values as their type is written."""

import pytest

from valence.ceql import dialect, parse
from valence.domain import Filter, InvalidRequest

KNOWN = {
    "name": ("Name", "string"),
    "id": ("Id", "id"),
    "paid__c": ("Paid__c", "boolean"),
    "amount": ("Amount", "currency"),
    "closedate": ("CloseDate", "date"),
    "createddate": ("CreatedDate", "datetime"),
}
RULE = Filter("soql", known=KNOWN)


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("NAME = 'a' and id='1'", "Name = 'a' AND Id = '1'"),
        ("name = '2018-01-15'", "Name = '2018-01-15'"),
        ("name = 12 or name = true", "(Name = '12' OR Name = 'true')"),
        ("name = ''", "Name = ''"),
        ("name = 'O''Hara \\ \"x\"'", "Name = 'O\\'Hara \\\\ \\\"x\\\"'"),
        ("name like 'a_b%'", "Name LIKE 'a\\_b%'"),
        ("name not like '%a'", "(NOT Name LIKE '%a')"),
        ("paid__c = 'TRUE' and Paid__c != false", "Paid__c = true AND Paid__c != false"),
        ("amount > '12.50' and amount in (1, '-2')", "Amount > 12.50 AND Amount IN (1, -2)"),
        ("closedate >= '2018-01-15'", "CloseDate >= 2018-01-15"),
        ("closedate >= '2018-01-15T10:00:00Z'", "CloseDate >= 2018-01-15"),
        ("createddate > '2018-01-15'", "CreatedDate > 2018-01-15T00:00:00Z"),
        (
            "createddate > '2018-01-15T10:00:00.000-0500'",
            "CreatedDate > 2018-01-15T10:00:00.000-05:00",
        ),
        ("createddate > 'last_n_days:7'", "CreatedDate > LAST_N_DAYS:7"),
        ("closedate = '' and amount != ''", "CloseDate = null AND Amount != null"),
        ("closedate is null", "CloseDate = null"),
        ("Owner.Name = 'a' and Owner.CreatedDate > '2018-01-15'",
         "Owner.Name = 'a' AND Owner.CreatedDate > 2018-01-15"),
        ("Unknown__c = 5", "Unknown__c = 5"),
    ],
)  # fmt: skip
def test_values_are_written_by_the_type_of_their_field(where: str, said: str) -> None:
    """However the caller wrote them; fields that are not described go by the look of the value."""
    assert dialect("soql")(parse(where), RULE).parameters == (("where", said),)


@pytest.mark.parametrize(
    ("where", "named"),
    [
        ("amount > 'much'", "Amount is compared with a number, not 'much'"),
        ("paid__c = 'perhaps'", "Paid__c is compared with true or false"),
        ("closedate = 'soon'", "CloseDate is compared with a date"),
        ("closedate = 'TODAY) OR (Name != 1'", "CloseDate is compared with a date"),
        ("amount = '1 OR 1 = 1'", "Amount is compared with a number"),
        ("`name = 1 OR id` = 'x'", "SOQL has no such field names"),
    ],
)
def test_values_that_are_none_of_the_type(where: str, named: str) -> None:
    """They are refused by the field's name, and never sent as they are."""
    with pytest.raises(InvalidRequest) as caught:
        dialect("soql")(parse(where), RULE)
    assert named in caught.value.message
