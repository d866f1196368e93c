"""Property values: checked on the way in, shown on the way out.

A stored record keeps `values`: name -> `{"value", "timestamp"}`; all values are texts."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from valence_sandbox.account import Account
from valence_sandbox.call import Call
from valence_sandbox.refusals import Refusal
from valence_sandbox.store import Record
from valence_sandbox.vendors.hubspot.definitions import Definition, definitions_of
from valence_sandbox.vendors.hubspot.refusals import not_valid

Values = dict[str, dict[str, Any]]
_NUMBER = re.compile(r"-?\d*\.?\d+\Z", re.ASCII)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+\Z")
_UPDATED = {"contacts": "lastmodifieddate"}


def given_values(call: Call, kind: str, rows: Any, *, key: str) -> dict[str, str]:
    """Return the values of a request's list of properties. Raises Refusal (`invalid`)."""
    if not isinstance(rows, list) or not rows:
        raise Refusal("invalid", "No properties found to update, please provide at least one.")
    known = definitions_of(call.account, kind)
    faults: list[dict[str, Any]] = []
    found: dict[str, str] = {}
    for row in rows:
        name = row.get(key) if isinstance(row, dict) else None
        if not isinstance(name, str):
            raise Refusal("unparsable", f"Invalid input JSON: a property needs {key} and value")
        value = _text(row.get("value"))
        fault = _fault(call.account, known.get(name), name, value)
        if fault is not None:
            error, message = fault
            faults.append({"isValid": False, "message": message, "error": error, "name": name})
        found[name] = value.strip().lower() if name == "email" else value
    if faults:
        raise not_valid(faults)
    return found


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str | int | float):
        raise Refusal("unparsable", "Invalid input JSON: cannot read a value")
    return str(value)


def _fault(
    account: Account, known: Definition | None, name: str, value: str
) -> tuple[str, str] | None:
    if known is None:
        return "PROPERTY_DOESNT_EXIST", f'Property "{name}" does not exist'
    if known["readOnlyValue"]:
        return "READ_ONLY_VALUE", f'"{name}" is a read only property; its value cannot be set.'
    if value == "":
        return None
    if known["type"] == "number" and not _NUMBER.match(value):
        return "INVALID_INTEGER", f"{value} was not a valid number."
    if known["type"] in ("date", "datetime") and not value.removeprefix("-").isdecimal():
        return "INVALID_LONG", f"{value} was not a valid long."
    options = [option["value"] for option in known["options"]] or _stages(account, name)
    if known["type"] == "enumeration" and options and value not in options:
        return "INVALID_OPTION", f"{value} was not one of the allowed options: {options}"
    if name == "email" and not _EMAIL.match(value.strip()):
        return "INVALID_EMAIL", f"Email address {value} is invalid"
    return None


def _stages(account: Account, name: str) -> list[str]:
    if name not in ("dealstage", "pipeline"):
        return []
    pipelines = account.state["pipelines"]["deals"].values()
    if name == "pipeline":
        return [pipeline["pipelineId"] for pipeline in pipelines]
    return [stage["stageId"] for pipeline in pipelines for stage in pipeline["stages"]]


def put_values(account: Account, kind: str, record: Record, values: Mapping[str, str]) -> None:
    """Put values into a record, with the times that HubSpot keeps; an empty one takes away."""
    now = account.now_ms()
    updated = _UPDATED.get(kind, "hs_lastmodifieddate")
    held: Values = record.setdefault("values", {})
    stamps = {updated: str(now)}
    if "createdate" not in held:
        stamps["createdate"] = str(now)
    for name, value in {**stamps, **values}.items():
        if value == "":
            held.pop(name, None)
        else:
            held[name] = {"value": value, "timestamp": now}


def value_of(record: Record, name: str) -> str:
    """Return one value, "" where there is none."""
    return str(record["values"].get(name, {}).get("value", ""))


def modified_ms(kind: str, record: Record) -> int:
    """Return when a record was changed last."""
    return int(value_of(record, _UPDATED.get(kind, "hs_lastmodifieddate")))


def newest_first(kind: str, records: Iterable[Record], *, id_name: str) -> list[Record]:
    """Return records by their time of change, the latest first."""
    return sorted(records, key=lambda one: (modified_ms(kind, one), one[id_name]), reverse=True)


def shown_v1(record: Record, names: Iterable[str] | None, *, has_versions: bool) -> Record:
    """Return values as contacts show them; None: all of them."""
    shown: Record = {}
    for name, held in _chosen(record, names):
        shown[name] = {"value": held["value"]}
        if has_versions:
            shown[name]["versions"] = [
                {
                    "value": held["value"],
                    "timestamp": held["timestamp"],
                    "source-type": "API",
                    "source-id": None,
                    "source-label": None,
                    "selected": False,
                }
            ]
    return shown


def shown_v2(record: Record, names: Iterable[str] | None) -> Record:
    """Return values as companies, deals and the newer objects show them; None: all of them."""
    return {
        name: {
            "value": held["value"],
            "timestamp": held["timestamp"],
            "source": "API",
            "sourceId": None,
            "versions": [
                {
                    "name": name,
                    "value": held["value"],
                    "timestamp": held["timestamp"],
                    "source": "API",
                    "sourceVid": [],
                }
            ],
        }
        for name, held in _chosen(record, names)
    }


def _chosen(record: Record, names: Iterable[str] | None) -> list[tuple[str, dict[str, Any]]]:
    held: Values = record["values"]
    if names is None:
        return list(held.items())
    return [(name, held[name]) for name in dict.fromkeys(names) if name in held]
