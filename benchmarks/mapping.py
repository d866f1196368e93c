"""The mapping of a page, beside the same work written by hand, and beside reading it as JSON."""

import asyncio
import json
import os
import time
import timeit
from collections.abc import Callable
from dataclasses import replace
from statistics import median

from benchmarks import by_hand
from benchmarks.by_hand import COUNTS, NUMBERS, PLACES, TEXTS, Record
from benchmarks.processes import cpu_seconds
from benchmarks.tables import Measured
from valence.gateway.mapped import Mapper
from valence.scripting import ScriptCall, ScriptOutcome, ScriptPool
from valence.transformations import FieldMapping, Plan, Script, Transformation, compile_plan

SIZE = 200
ROUNDS = 25
SCRIPTED_ROUNDS, SCRIPTED_PAGES = 6, 20
SCRIPT = """
transformedObject.full = `${transformedObject.text0} ${transformedObject.text1}`;
done(transformedObject);
"""
WITH_ORIGINALS = SCRIPT.replace("transformedObject.text1", "originalObject.Text1")
By = Callable[[Record], Record]


def _record(texts: int, **more: object) -> Record:
    return {
        **{source: f"value {n}" for n, (source, _) in enumerate(TEXTS[:texts])},
        **{source: str(n * 7) for n, (source, _) in enumerate(NUMBERS)},
        **{source: n for n, (source, _) in enumerate(COUNTS)},
        **more,
    }


def _fields(texts: int, *more: FieldMapping) -> tuple[FieldMapping, ...]:
    number = {"type": "number", "vendor_type": "string"}
    return (
        *(FieldMapping(target, source) for source, target in TEXTS[:texts]),
        *(FieldMapping(target, source, **number) for source, target in NUMBERS),
        *(FieldMapping(target, source, vendor_type="number") for source, target in COUNTS),
        *more,
    )


FLAT = _record(20, Address={"City": "Dallas", "Zip": "75001"})
DEEP = _record(
    15,
    Address={"City": "Dallas", "Zip": "75001", "State": "TX", "Country": "US"},
    Mails=[{"Email": "ann@example.com", "Kind": 1}, {"Email": "ann@example.org", "Kind": 2}],
    Tags=[{"Name": "one", "Id": 1}, {"Name": "two", "Id": 2}],
    Owner={"Id": 4},
    Created="2026-01-31T10:05:09Z",
)
FLAT_FIELDS = _fields(20, FieldMapping("place.city", "Address.City"))
DEEP_FIELDS = _fields(
    15,
    *(FieldMapping(f"place.{target}", f"Address.{source}") for source, target in PLACES),
    FieldMapping("mails[*].address", "Mails[*].Email"),
    FieldMapping("mails[*].kind", "Mails[*].Kind", vendor_type="number"),
    FieldMapping("tags[*]", "Tags[*].Name"),
)


def measure() -> Measured:
    """Return microseconds of processor time for a page of 200 records of 30 fields."""
    result = Measured(
        "Mapping, 200 records of 30 fields",
        ("what", "us a page", "x by hand", "x json"),
        notes=(
            "json: json.loads and json.dumps of the same page.",
            "by hand: the same work, written for this object alone.",
            f"Ratios are medians of {ROUNDS} rounds in which all take turns.",
        ),
    )
    flat = (by_hand.flat, by_hand.flat_passing, by_hand.flat_back)
    deep = (by_hand.deep, by_hand.deep_passing, by_hand.deep_back)
    _compare(result, "flat", FLAT, FLAT_FIELDS, flat)
    _compare(result, "deep", DEEP, DEEP_FIELDS, deep)
    asyncio.run(_scripted(result))
    return result


def _compare(
    result: Measured,
    name: str,
    record: Record,
    fields: tuple[FieldMapping, ...],
    hands: tuple[By, By, By],
) -> None:
    page = _page(record)
    narrow = compile_plan(Transformation("o", "O", fields, passes_read=False, passes_written=False))
    wide = compile_plan(Transformation("o", "O", fields))
    mapped = [narrow.read(one) for one in page]
    text = json.dumps(page)
    work: tuple[tuple[str, By, By, list[Record]], ...] = (
        ("mapped fields alone", hands[0], narrow.read, page),
        ("everything else passes", hands[1], wide.read, page),
        ("back to the vendor", hands[2], narrow.write, mapped),
    )
    acts: dict[str, Callable[[], object]] = {"json": lambda: json.dumps(json.loads(text))}
    for label, hand, plan, records in work:
        if [hand(one) for one in records] != [plan(one) for one in records]:
            raise AssertionError(f"the plan and the hand do not agree: {name}, {label}")
        acts[f"{label}, by hand"] = _over(hand, records)
        acts[f"{label}, by the plan"] = _over(plan, records)
    # One after the other, again and again: what else the machine does meets them all alike.
    rounds = [{label: _microseconds(act) for label, act in acts.items()} for _ in range(ROUNDS)]
    for label in acts:
        hand_label = label.replace("by the plan", "by hand")
        times_hand = median(one[label] / one[hand_label] for one in rounds)
        times_json = median(one[label] / one["json"] for one in rounds)
        result.rows.append(
            (
                f"{name}: {label}",
                f"{median(one[label] for one in rounds):.0f}",
                "" if label == "json" else f"{times_hand:.2f}",
                f"{times_json:.2f}",
            )
        )


class _Counting:
    """Hands scripts on to a pool and counts how often."""

    def __init__(self, pool: ScriptPool) -> None:
        self._pool = pool
        self.trips = 0

    async def run(self, call: ScriptCall) -> ScriptOutcome:
        """Run one script."""
        self.trips += 1
        return await self._pool.run(call)


async def _scripted(result: Measured) -> None:
    """Run a script on every record of a page: the time is this process's and the worker's."""
    pool = await ScriptPool.open(workers=1)
    scripts = _Counting(pool)
    mapper = Mapper(scripts)
    page = _page(FLAT)
    text = json.dumps(page)
    plain = Transformation("o", "O", FLAT_FIELDS)
    plans = {
        "mapped": compile_plan(plain),
        "mapped, a script a record": _scripted_plan(plain, SCRIPT),
        "mapped, a script that reads originals": _scripted_plan(plain, WITH_ORIGINALS),
    }
    spent = dict.fromkeys(("json", *plans), 0.0)
    for _ in range(SCRIPTED_ROUNDS):
        begun = _family_seconds()
        for _ in range(SCRIPTED_PAGES):
            json.dumps(json.loads(text))
        spent["json"] += _family_seconds() - begun
        for label, plan in plans.items():
            begun = _family_seconds()
            for _ in range(SCRIPTED_PAGES):
                made = await mapper.read(plan, page)
                if made.warning or ("full" in made.value[0]) is not bool(
                    plan.transformation.scripts
                ):
                    raise AssertionError(f"not what the script makes: {made.warning}")
            spent[label] += _family_seconds() - begun
    await pool.close()
    pages = SCRIPTED_ROUNDS * SCRIPTED_PAGES
    for label, seconds in spent.items():
        cost, ratio = f"{seconds / pages * 1e6:.0f}", f"{seconds / spent['json']:.2f}"
        result.rows.append((f"page: {label}", cost, "", ratio))
    trips = scripts.trips / pages / 2  # of the three plans two have a script
    result.rows.append(("page: round trips to a worker for its scripts", f"{trips:g}", "", ""))


def _scripted_plan(plain: Transformation, body: str) -> Plan:
    return compile_plan(replace(plain, scripts=(Script(body),)))


def _family_seconds() -> float:
    return cpu_seconds(os.getpid())


def _page(record: Record) -> list[Record]:
    """Return a page as a vendor's answer is read: records that share no values."""
    page: list[Record] = json.loads(json.dumps([record] * SIZE))
    return page


def _over(act: By, records: list[Record]) -> Callable[[], object]:
    return lambda: [act(one) for one in records]


def _microseconds(act: Callable[[], object]) -> float:
    return timeit.timeit(act, timer=time.process_time, number=5) / 5 * 1e6
