"""Answers as tables."""

import json

import pytest

from valence.console.outcome import LONGEST_SHOWN, MOST_ROWS, readable, table_of


@pytest.mark.parametrize(
    "body", [b"", b"{", b"{}", b"[]", b"[1]", b'[{"a": 1}, 2]', b'"text"', b"null"]
)
def test_what_is_no_list_of_records_is_no_table(body: bytes) -> None:
    """It is shown as text."""
    assert table_of(body) is None


def test_columns_are_the_keys_of_any_record_in_their_order() -> None:
    """A key that a record lacks, or null, is an empty cell; values that are no text are JSON."""
    table = table_of(b'[{"id": 1, "on": true}, {"name": "Ada", "id": null, "tags": ["a"]}]')
    assert table is not None
    assert table.columns == ("id", "on", "name", "tags")
    assert [[cell.text for cell in row] for row in table.rows] == [
        ["1", "true", "", ""],
        ["", "", "Ada", '["a"]'],
    ]


def test_a_long_value_is_cut_and_kept_whole() -> None:
    """One that fits is not kept twice."""
    table = table_of(json.dumps([{"short": "a" * 80, "long": "b" * 81}]).encode())
    assert table is not None
    ((short, long),) = table.rows
    assert (short.text, short.whole) == ("a" * 80, "")
    assert (long.text, long.whole) == ("b" * 79 + "…", "b" * 81)


def test_a_long_list_is_cut_with_a_count() -> None:
    """What is left out is in the JSON."""
    table = table_of(json.dumps([{"id": one} for one in range(MOST_ROWS + 7)]).encode())
    assert table is not None
    assert (len(table.rows), table.left_out) == (MOST_ROWS, 7)


def test_a_long_answer_is_cut_with_a_count() -> None:
    """Bytes that are no text are still shown."""
    assert readable(b"\xff<html>") == "\ufffd<html>"
    assert readable(b'{"a":1}') == '{\n  "a": 1\n}'
    assert readable(b"x" * (LONGEST_SHOWN + 3)).endswith("… 3 more characters")
