"""The mapping of a page, beside the same written by hand."""

import json
import time
import timeit
from collections.abc import Callable
from typing import Any

from benchmarks.tables import Measured
from valence.transformations import FieldMapping, Transformation, compile_plan

RECORDS = [
    {
        **{f"Text{n}": f"value {n}" for n in range(20)},
        **{f"Number{n}": str(n * 7) for n in range(5)},
        **{f"Count{n}": n for n in range(4)},
        "Address": {"City": "Dallas", "Zip": "75001"},
    }
    for _ in range(200)
]
FIELDS = (
    *(FieldMapping(f"text{n}", f"Text{n}") for n in range(20)),
    *(FieldMapping(f"number{n}", f"Number{n}", type="number") for n in range(5)),
    *(FieldMapping(f"count{n}", f"Count{n}") for n in range(4)),
    FieldMapping("place.city", "Address.City"),
)
_TEXTS = tuple((f"Text{n}", f"text{n}") for n in range(20))
_NUMBERS = tuple((f"Number{n}", f"number{n}") for n in range(5))
_COUNTS = tuple((f"Count{n}", f"count{n}") for n in range(4))


def by_hand(record: dict[str, Any]) -> dict[str, Any]:
    """Map a record as one would for this object alone: names, types, nothing that is absent."""
    made: dict[str, Any] = {}
    for source, target in _TEXTS:
        if source in record:
            value = record[source]
            made[target] = value if isinstance(value, str) else str(value)
    for source, target in _NUMBERS:
        if source in record:
            value = record[source]
            made[target] = int(value) if isinstance(value, str) and value.isdecimal() else value
    for source, target in _COUNTS:
        if source in record:
            made[target] = str(record[source])
    address = record.get("Address")
    if isinstance(address, dict) and "City" in address:
        made["place"] = {"city": str(address["City"])}
    return made


def measure() -> Measured:
    """Return microseconds of processor time for a page of 200 records of 30 fields, best of 15."""
    columns = ("what", "us a page", "x by hand")
    result = Measured("Mapping, 200 records of 30 fields", columns)
    narrow = compile_plan(Transformation("o", "O", FIELDS, passes_read=False))
    wide = compile_plan(Transformation("o", "O", FIELDS))
    mapped = [narrow.read(record) for record in RECORDS]
    if mapped != [by_hand(record) for record in RECORDS]:
        raise AssertionError("the plan and the hand do not agree")
    text = json.dumps(RECORDS)
    acts: dict[str, Callable[[], object]] = {
        "written by hand": lambda: [by_hand(record) for record in RECORDS],
        "plan, mapped fields alone": lambda: [narrow.read(record) for record in RECORDS],
        "plan, everything else passes": lambda: [wide.read(record) for record in RECORDS],
        "plan, back to the vendor": lambda: [narrow.write(record) for record in mapped],
        "json.loads of the page": lambda: json.loads(text),
    }
    # One after the other, again and again: what else the machine does meets them all alike.
    rounds = [{label: _microseconds(act) for label, act in acts.items()} for _ in range(15)]
    best = {label: min(one[label] for one in rounds) for label in acts}
    for label, cost in best.items():
        result.rows.append((label, f"{cost:.0f}", f"{cost / best['written by hand']:.2f}"))
    return result


def _microseconds(act: Callable[[], object]) -> float:
    return timeit.timeit(act, timer=time.process_time, number=10) / 10 * 1e6
