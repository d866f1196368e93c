"""Saved filters, and what they keep.

Source: https://developers.pipedrive.com/docs/api/v1/Filters and
https://pipedrive.readme.io/docs/adding-a-filter"""

from collections.abc import Callable
from typing import Any

from valence_sandbox.account import Account
from valence_sandbox.answers import Answer
from valence_sandbox.call import Call
from valence_sandbox.refusals import Refusal
from valence_sandbox.store import Record
from valence_sandbox.vendors.pipedrive.answers import everything, one
from valence_sandbox.vendors.pipedrive.fields import KINDS

_TYPES = {"deals": "deals", "org": "organizations", "people": "persons"}
_OBJECTS = {"deal": "deals", "organization": "organizations", "person": "persons"}
_MOST_CONDITIONS = 16
_Test = Callable[[Any, str], bool]
_OPERATORS: dict[str, _Test] = {
    "=": lambda held, wanted: _comparable(held, wanted, lambda a, b: bool(a == b)),
    "!=": lambda held, wanted: not _comparable(held, wanted, lambda a, b: bool(a == b)),
    "<": lambda held, wanted: _comparable(held, wanted, lambda a, b: bool(a < b)),
    ">": lambda held, wanted: _comparable(held, wanted, lambda a, b: bool(a > b)),
    "<=": lambda held, wanted: _comparable(held, wanted, lambda a, b: bool(a <= b)),
    ">=": lambda held, wanted: _comparable(held, wanted, lambda a, b: bool(a >= b)),
    "LIKE '$%'": lambda held, wanted: str(held or "").lower().startswith(wanted.lower()),
    "LIKE '%$%'": lambda held, wanted: wanted.lower() in str(held or "").lower(),
    "NOT LIKE '$%'": lambda held, wanted: not str(held or "").lower().startswith(wanted.lower()),
    "IS NULL": lambda held, _: held is None,
    "IS NOT NULL": lambda held, _: held is not None,
}


def list_all(call: Call) -> Answer:
    """GET /v1/filters, of a `type` or all; not paged."""
    wanted = call.query.get("type", "")
    rows = call.account["filters"].all()
    return everything([_short(row) for row in rows if wanted in ("", row["type"])])


def read(call: Call) -> Answer:
    """GET /v1/filters/{id}: with its conditions."""
    return one(_found(call, call.path[2]))


def create(call: Call) -> Answer:
    """POST /v1/filters."""
    body = call.json()
    if not body.get("name"):
        raise Refusal("invalid", "Filter name must be given.")
    if body.get("type") not in _TYPES:
        raise Refusal("invalid", "Filter type is not valid.")
    _check(call.account, body.get("conditions"), _TYPES[body["type"]])
    made = call.account.add(
        "filters",
        {
            "name": body["name"],
            "type": body["type"],
            "active_flag": True,
            "temporary_flag": None,
            "user_id": 1,
            "visible_to": 1,
            "conditions": body["conditions"],
        },
    )
    return one({"id": made["id"]}, status=201)


def delete(call: Call) -> Answer:
    """DELETE /v1/filters/{id}."""
    number = _found(call, call.path[2])["id"]
    call.account["filters"].remove(number)
    return one({"id": number})


def kept(call: Call, kind: str, rows: list[Record]) -> list[Record]:
    """Return the rows that the filter of `filter_id` keeps."""
    if not call.query.get("filter_id"):
        return rows
    held = _found(call, call.query["filter_id"])
    if _TYPES[held["type"]] != kind:
        raise Refusal("invalid", "Filter is of another type")
    keys = {str(row["id"]): row["key"] for row in call.account[KINDS[kind]].all()}
    every, some = held["conditions"]["conditions"]
    return [
        row
        for row in rows
        if all(_holds(row, one_, keys) for one_ in every["conditions"])
        and (not some["conditions"] or any(_holds(row, one_, keys) for one_ in some["conditions"]))
    ]


def _holds(row: Record, condition: Record, keys: dict[str, str]) -> bool:
    held = row.get(keys[str(condition["field_id"])])
    if isinstance(held, dict):
        held = held.get("value")
    test = _OPERATORS[condition["operator"]]
    wanted = str(condition.get("value") or "")
    if isinstance(held, list):
        return any(test(part["value"], wanted) for part in held)
    return test(held, wanted)


def _comparable(held: Any, wanted: str, compare: Callable[[Any, Any], bool]) -> bool:
    if held is None:
        return False
    if isinstance(held, int | float) and not isinstance(held, bool):
        try:
            return compare(float(held), float(wanted))
        except ValueError:
            return False
    text = str(held).lower()
    if len(wanted) == 10 and len(text) == 19 and wanted[4] == text[4] == "-":
        text = text[:10]  # dates are compared by the day
    return compare(text, wanted.lower())


def _check(account: Account, conditions: Any, kind: str) -> None:
    groups = conditions.get("conditions") if isinstance(conditions, dict) else None
    is_formed = (
        isinstance(groups, list)
        and conditions.get("glue") == "and"
        and [one_.get("glue") for one_ in groups if isinstance(one_, dict)] == ["and", "or"]
        and all(isinstance(one_.get("conditions"), list) for one_ in groups)
    )
    if not is_formed:
        raise Refusal("invalid", "Filter conditions are not valid.")
    rows = [row for one_ in groups or [] for row in one_["conditions"]]
    if len(rows) > _MOST_CONDITIONS:
        raise Refusal("invalid", "Filter has too many conditions.")
    known = {str(row["id"]) for row in account[KINDS[kind]].all() if row["filtering_allowed"]}
    for row in rows:
        if not isinstance(row, dict) or _OBJECTS.get(row.get("object", "")) != kind:
            raise Refusal("invalid", "Filter condition object is not valid.")
        if str(row.get("field_id")) not in known or row.get("operator") not in _OPERATORS:
            raise Refusal("invalid", "Filter condition is not valid.")


def _short(row: Record) -> Record:
    return {name: value for name, value in row.items() if name != "conditions"}


def _found(call: Call, number: str) -> Record:
    return call.account.need("filters", number, message="Filter not found")
