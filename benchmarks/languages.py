"""The languages on the path of a call, each beside a thing of the standard library."""

import json
import timeit
from collections.abc import Callable

from benchmarks.tables import Measured
from valence.ceql import compile_filter, dialect, parse
from valence.domain import Filter, parse_authorization

CLAUSE = "email = 'kelly@example.com' AND given_name = 'Kelly'"
HEADER = "User YWJjZGVmZ2hpamtsbW5vcHFyc3R1, Organization dnd4eXoxMjM0NTY3ODkw, Element " + "e" * 44
RULE = Filter("query-parameters", fields={"email": "email", "given_name": "given_name"})
RECORDS = [
    {
        "id": n,
        "email": f"kelly{n}@example.com",
        "given_name": "Kelly",
        "at": f"2018-01-15T00:{n % 60:02}:00Z",
    }
    for n in range(200)
]
RESIDUE = "given_name like 'Kel%' AND email != 'kelly7@example.com'"
DATES = "at > '2018-01-14T17:30:00-0700'"
DOCUMENT = json.dumps({"email": "kelly@example.com", "given_name": "Kelly"})


def measure() -> Measured:
    """Return microseconds a call, best of seven."""
    result = Measured("Languages, microseconds a call", ("what", "us", "x json.loads"))
    floor = _microseconds(lambda: json.loads(DOCUMENT))
    expression, translate = parse(CLAUSE), dialect(RULE.dialect)
    by_text, by_date = compile_filter(parse(RESIDUE)), compile_filter(parse(DATES))
    for label, act in (
        ("json.loads of the same two values", lambda: json.loads(DOCUMENT)),
        ("CEQL: a typical clause parsed", lambda: parse(CLAUSE)),
        ("CEQL: the same, translated to query parameters", lambda: translate(expression, RULE)),
        ("CEQL: two terms on 200 records", lambda: [r for r in RECORDS if by_text(r)]),
        ("CEQL: a date-time on 200 records", lambda: [r for r in RECORDS if by_date(r)]),
        ("Authorization header parsed", lambda: parse_authorization(HEADER)),
    ):
        cost = _microseconds(act)
        result.rows.append((label, f"{cost:.1f}", f"{cost / floor:.1f}"))
    return result


def _microseconds(act: Callable[[], object]) -> float:
    return min(timeit.repeat(act, number=1000, repeat=7)) / 1000 * 1e6
