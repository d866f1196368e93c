"""JQL, and searches that only narrow."""

import pytest

from valence.ceql import dialect, parse, to_text
from valence.domain import Filter, InvalidRequest

FIELDS = {
    "id": "id id",
    "status": "status fields.status.name",
    "summary": "summary~ fields.summary",
    "created": "created@ fields.created",
    "customfield_*": "cf[*]~# fields.customfield_*",
    "*": " fields.*",
}
RULE = Filter("jql", fields=FIELDS, has_residue=True)


@pytest.mark.parametrize(
    ("clause", "said", "residue"),
    [
        ("id = '10001'", 'id = "10001"', None),
        ("id = 10001 and status != 'Done'", 'id = 10001 AND status != "Done"', None),
        ("status in ('Open', 'a\"b\\c')", 'status in ("Open", "a\\"b\\\\c")', None),
        ("status is null or id = 5", "(status is EMPTY OR id = 5)", None),
        ("summary = 'My text'", 'summary ~ "My text"', "fields.summary = 'My text'"),
        ("summary = 'a-b My (x)'", 'summary ~ "My"', "fields.summary = 'a-b My (x)'"),
        ("summary = '!?'", None, "fields.summary = '!?'"),
        ("summary = 'AND do NOT a OR'", 'summary ~ "do a"', "fields.summary = 'AND do NOT a OR'"),
        ("summary like 'My NOT%'", 'summary ~ "My"', "fields.summary like 'My NOT%'"),
        ("summary like 'text'", 'summary ~ "text*"', "fields.summary like '%text%'"),
        ("summary like 'My te%'", 'summary ~ "My te*"', "fields.summary like 'My te%'"),
        ("summary like '%a%b'", None, "fields.summary like '%a%b'"),
        ("summary not like 'x'", None, "fields.summary not like '%x%'"),
        ("summary != 'x'", None, "fields.summary != 'x'"),
        ("summary is not null", "summary is not EMPTY", None),
        ("customfield_10100 = 'x'", 'cf[10100] ~ "x"', "fields.customfield_10100 = 'x'"),
        ("customfield_10100 > 5", "cf[10100] > 5", None),
        ("created >= '2018-01-01T01:00:00+01:00'", "created >= 1514764800000", None),
        ("created = '2018-01-01'", None, "fields.created = '2018-01-01'"),
        ("votes.votes > 1 and id = 5", "id = 5", "fields.votes.votes > 1"),
        (
            "summary = 'x' or status = 'Open'",
            '(summary ~ "x" OR status = "Open")',
            "fields.summary = 'x' or fields.status.name = 'Open'",
        ),
        ("votes = 1 or id = 5", None, "fields.votes = 1 or id = 5"),
    ],
)
def test_a_clause_in_jql(clause: str, said: str | None, residue: str | None) -> None:
    """What it says is exact, or narrows and is left too, on the fields of records."""
    translated = dialect("jql")(parse(clause), RULE)
    assert translated.parameters == ((("jql", said),) if said else ())
    assert translated.residue == (parse(residue) if residue else None)


@pytest.mark.parametrize("clause", ["summary = 'x'", "status like 'x'", "created = '2018-01-01'"])
def test_what_only_narrows_needs_a_residue(clause: str) -> None:
    """Without one it is refused, by its operator."""
    with pytest.raises(InvalidRequest) as caught:
        dialect("jql")(parse(clause), Filter("jql", fields=FIELDS))
    assert caught.value.code == "unsupported-operator"


@pytest.mark.parametrize(
    ("clause", "sent", "residue"),
    [
        ("username = 'Joe !'", "Joe !", "displayName = 'Joe !' or name = 'Joe !'"),
        (
            "active = true and username = 'x' and username = 'y'",
            "x",
            "active = true and (displayName = 'x' or name = 'x')"
            " and (displayName = 'y' or name = 'y')",
        ),
        ("username like 'x'", None, "displayName like 'x' or name like 'x'"),
        (
            "username = 'x' or active = true",
            None,
            "displayName = 'x' or name = 'x' or active = true",
        ),
    ],
)
def test_a_search_is_sent_and_checked(clause: str, sent: str | None, residue: str) -> None:
    """One text goes to the vendor; all of the filter stays."""
    rule = Filter(
        "search", parameter="q", fields={"username": "displayName|name"}, has_residue=True
    )
    translated = dialect("search")(parse(clause), rule)
    assert translated.parameters == ((("q", sent),) if sent else ())
    assert translated.residue is not None
    assert _flat(to_text(translated.residue)) == _flat(residue)
    with pytest.raises(InvalidRequest):
        dialect("search")(parse(clause), Filter("search", fields=rule.fields))


def _flat(text: str) -> str:
    return text.replace("(", "").replace(")", "")
