"""The languages on the path of a call, each beside a thing of the standard library."""

import json
import timeit
from collections.abc import Callable

from benchmarks.tables import Measured
from valence.ceql import parse
from valence.domain import parse_authorization

CLAUSE = "email = 'kelly@example.com' AND given_name = 'Kelly'"
HEADER = "User YWJjZGVmZ2hpamtsbW5vcHFyc3R1, Organization dnd4eXoxMjM0NTY3ODkw, Element " + "e" * 44
DOCUMENT = json.dumps({"email": "kelly@example.com", "given_name": "Kelly"})


def measure() -> Measured:
    """Return microseconds a call, best of five."""
    result = Measured("Languages, microseconds a call", ("what", "us", "x json.loads"))
    floor = _microseconds(lambda: json.loads(DOCUMENT))
    for label, act in (
        ("json.loads of the same two values", lambda: json.loads(DOCUMENT)),
        ("CEQL: a typical clause parsed", lambda: parse(CLAUSE)),
        ("Authorization header parsed", lambda: parse_authorization(HEADER)),
    ):
        cost = _microseconds(act)
        result.rows.append((label, f"{cost:.1f}", f"{cost / floor:.1f}"))
    return result


def _microseconds(act: Callable[[], object]) -> float:
    return min(timeit.repeat(act, number=5000, repeat=5)) / 5000 * 1e6
