"""Filtering records here: how values meet."""

import pytest

from valence.ceql import compile_filter, parse

RECORD = {
    "id": 5,
    "text": "5",
    "padded": "007",
    "price": 1.5,
    "name": "Kelly O'Brien",
    "empty": "",
    "active": True,
    "flag": "False",
    "nothing": None,
    "day": "2018-01-15",
    "at": "2018-01-15T12:00:00.500-07:00",
    "bad_day": "2018-02-30",
    "address": {"city": "Dallas", "geo": {"lat": 32}},
    "a.b": "literal",
    "a": {"b": "nested"},
    "c": {"d": "nested"},
    "tags": [{"name": "x", "n": 1}, {"name": "y"}],
    "codes": [3, 4],
    "grid": [[1, 2], [3]],
    "none": [],
}


@pytest.mark.parametrize(
    "clause",
    [
        # numbers, quoted or not, on either side
        "id = 5",
        "id = '5'",
        "id = '5.0'",
        "text = 5",
        "text = '5'",
        "text = 5.0",
        "price = '1.5'",
        "id > '4'",
        "id <= 5.0",
        "text > 4.9",
        "price < 2 and price >= 1.5",
        "id in ('5', 6)",
        "id != 'five'",
        "id not in ('a', 6)",
        # texts that only look like numbers
        "padded = '007'",
        "padded != 7",
        "padded != '7'",
        "text != '5.0'",
        "text < '6' and text > '45'",
        # texts
        "name = 'Kelly O''Brien'",
        "name > 'Kelly' and name < 'L'",
        "name != 'kelly o''brien'",
        "empty = ''",
        "empty is not null",
        # booleans and their words
        "active = true",
        "active = 'TRUE'",
        "active != false",
        "flag = false",
        "flag = 'False'",
        "active != 1",
        "id != true",
        # moments
        "at = '2018-01-15T19:00:00.5Z'",
        "at = '2018-01-15 19:00:00.500'",
        "at = 2018-01-16T00:30:00.500+0530",
        "at > '2018-01-15' and at < '2018-01-16'",
        "at > 2018-01-15T18:59:59Z",
        "at in ('x', '2018-01-15T14:00:00.5-05')",
        "at != '2018-01-15T12:00:00.500Z'",
        "day = '2018-01-15T00:00:00+00:00'",
        "day < '2018-01-15T00:00Z' or day >= '2018-01-14T23:59:59+00:01'",
        "bad_day = '2018-02-30'",
        "bad_day > '2018-02-3'",
        "name > '2018-01-15'",
        # LIKE
        "name like 'Kelly%'",
        "name like '%Brien'",
        "name like '%y O%'",
        "name like 'K%l%y%n'",
        "name like '%'",
        "name like '%%'",
        "name like 'Kelly O''Brien'",
        "name not like 'kelly%'",
        "name not like 'Kelly'",
        "id like '5%'",
        "active like 't%'",
        "empty like ''",
        "empty like '%'",
        # null
        "nothing is null",
        "missing is null",
        "missing.deeper is null",
        "name.deeper is null",
        "name is not null",
        "nothing = 1 or id = 5",
        # paths
        "address.city = 'Dallas'",
        "address.geo.lat > 31",
        "`a.b` = 'literal'",
        "a.b = 'nested'",
        "`c.d` = 'nested'",
        "tags[0].name = 'x'",
        "tags[*].name = 'y'",
        "tags[*].name != 'y'",
        "tags[*].name not in ('x', 'z')",
        "tags[*].n is null",
        "tags[*].name like 'x'",
        "codes[*] > 3",
        "codes[1] = 4",
        "grid[*][*] = 3",
        "grid[0][1] = 2",
        "none[*] is null",
        "missing[*].x is null",
        "codes[7] is null",
        "codes is not null",
        "address is not null",
    ],
)
def test_a_record_passes(clause: str) -> None:
    """By the rules at the top of `evaluate.py`."""
    assert compile_filter(parse(clause))(RECORD) is True


@pytest.mark.parametrize(
    "clause",
    [
        "id = 6",
        "text = '5.0'",
        "padded = 7",
        "padded = '7'",
        "padded > 6",
        "name > 5",
        "id > 'a'",
        "id < 'a'",
        "name = 'kelly o''brien'",
        "active = 1",
        "id = true",
        "active > false",
        "active >= true",
        "active >= '1'",
        "active > 0",
        "id > true",
        "at = '2018-01-15T12:00:00.500'",
        "at = '2018-01-15'",
        "name like 'kelly%'",
        "name like 'Kelly'",
        "name like 'Kelly O''Brien_'",
        "name like '%n%n%n%'",
        "empty like '_'",
        "text like '5%5'",
        "name not like '%'",
        # null is neither equal nor unequal to anything
        "nothing = null",
        "nothing != null",
        "id = null",
        "id != null",
        "nothing = 1",
        "nothing != 1",
        "nothing < 1",
        "id < null",
        "nothing in (1, null)",
        "nothing not in (1)",
        "id not in (1, null)",
        "nothing like '%'",
        "nothing not like 'x'",
        "missing != 'x'",
        "nothing is not null",
        # lists and objects
        "codes = 3",
        "codes != 3",
        "codes not in (3)",
        "address != 'x'",
        "address not like 'x'",
        "codes like '%'",
        "tags.name = 'x'",
        "tags[*].name = 'z'",
        "name[0] = 'K'",
        "name[*] = 'K'",
        "none[*] is not null",
        "none[*] != 1",
        "address[*].city = 'Dallas'",
    ],
)
def test_a_record_does_not_pass(clause: str) -> None:
    """By the same rules."""
    assert compile_filter(parse(clause))(RECORD) is False


def test_and_and_or_of_many_terms() -> None:
    """Two terms and more take different ways to the same answer."""
    for count in (2, 3, 5):
        for odd in range(count):
            flags = [index == odd for index in range(count)]
            terms = [f"id = {5 if flag else 6}" for flag in flags]
            assert compile_filter(parse(" or ".join(terms)))(RECORD)
            assert not compile_filter(parse(" and ".join(terms)))(RECORD)
        assert compile_filter(parse(" and ".join(["id = 5"] * count)))(RECORD)
        assert not compile_filter(parse(" or ".join(["id = 6"] * count)))(RECORD)


def test_hostile_patterns_and_numbers_cost_nothing() -> None:
    """No backtracking over wildcards, no conversion of a number without end."""
    record = {"a": "a" * 100_000, "n": "9" * 100_000}
    assert not compile_filter(parse("a like '" + "%a" * 1000 + "b%'"))(record)
    assert not compile_filter(parse("n > 5"))(record)
    assert not compile_filter(parse("n = 5 or n in (5, 6.5, true, '2018-01-01')"))(record)
