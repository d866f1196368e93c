"""Pipelines of deals and tickets, version 1.

Source: https://legacydocs.hubspot.com/docs/methods/pipelines/pipelines_overview"""

from typing import Any
from uuid import uuid4

from valence_sandbox.account import Account
from valence_sandbox.answers import Answer
from valence_sandbox.call import Call
from valence_sandbox.refusals import Refusal
from valence_sandbox.store import Record

_TYPES = {"deals": "DEAL", "tickets": "TICKET"}
_LONGEST_LABEL = 36
_MOST_STAGES = 100
_DEAL_STAGES = {
    "appointmentscheduled": ("Appointment Scheduled", "0.2"),
    "contractsent": ("Contract Sent", "0.9"),
    "closedwon": ("Closed Won", "1.0"),
    "closedlost": ("Closed Lost", "0.0"),
}


def plant(account: Account) -> None:
    """Put the default pipelines into an account."""
    account.state["pipelines"] = {kind: {} for kind in _TYPES}
    for kind in _TYPES:
        stages = [
            {"stageId": key, "label": label, "displayOrder": order, "metadata": {"probability": p}}
            for order, (key, (label, p)) in enumerate(_DEAL_STAGES.items())
        ]
        if kind == "tickets":
            stages = [{"stageId": "1", "label": "New", "displayOrder": 0, "metadata": {}}]
        body = {"pipelineId": "default", "label": "Sales Pipeline", "displayOrder": 0}
        _store(account, kind, {**body, "stages": stages}, "default", is_default=True)


def list_all(call: Call) -> Answer:
    """GET /crm-pipelines/v1/pipelines/{objectType}."""
    kind = _kind(call)
    return Answer(200, {"results": list(call.account.state["pipelines"][kind].values())})


def create(call: Call) -> Answer:
    """POST /crm-pipelines/v1/pipelines/{objectType}."""
    kind, body = _kind(call), call.json()
    _check(kind, body)
    key = str(body.get("pipelineId") or uuid4())
    if key in call.account.state["pipelines"][kind]:
        raise Refusal("exists", f"Pipeline already exists with id {key}", status=409)
    return Answer(200, _store(call.account, kind, body, key))


def replace(call: Call) -> Answer:
    """PUT /crm-pipelines/v1/pipelines/{objectType}/{pipelineId}."""
    kind, body = _kind(call), call.json()
    known = _found(call, kind)
    _check(kind, body)
    made = _store(call.account, kind, body, call.path[-1], is_default=known["default"])
    made["createdAt"] = known["createdAt"]
    return Answer(200, made)


def delete(call: Call) -> Answer:
    """DELETE /crm-pipelines/v1/pipelines/{objectType}/{pipelineId}."""
    kind = _kind(call)
    if _found(call, kind)["default"]:
        raise Refusal("invalid", "The default pipeline cannot be deleted")
    del call.account.state["pipelines"][kind][call.path[-1]]
    return Answer(204)


def _kind(call: Call) -> str:
    call.require("contacts")
    if call.path[3] not in _TYPES:
        raise Refusal("missing", f"Unable to infer object type from: {call.path[3]}")
    return call.path[3]


def _found(call: Call, kind: str) -> Record:
    found: Record | None = call.account.state["pipelines"][kind].get(call.path[-1])
    if found is None:
        raise Refusal("missing", f"Pipeline {call.path[-1]} does not exist")
    return found


def _check(kind: str, body: Record) -> None:
    label = body.get("label")
    if not isinstance(label, str) or not 0 < len(label) <= _LONGEST_LABEL:
        raise Refusal("invalid", f"label must have 1 to {_LONGEST_LABEL} characters")
    if not _is_whole(body.get("displayOrder")):
        raise Refusal("invalid", "displayOrder must be an integer")
    stages = body.get("stages")
    if not isinstance(stages, list) or not 0 < len(stages) <= _MOST_STAGES:
        raise Refusal("invalid", f"a pipeline has 1 to {_MOST_STAGES} stages")
    for stage in stages:
        if not isinstance(stage, dict) or not stage.get("stageId") or not stage.get("label"):
            raise Refusal("invalid", "each stage must have stageId and label")
        if not _is_whole(stage.get("displayOrder")):
            raise Refusal("invalid", "each stage must have a displayOrder")
        metadata = stage.get("metadata")
        if not isinstance(metadata, dict) or (kind == "deals" and not _is_part(metadata)):
            raise Refusal("invalid", "metadata.probability must be set, between 0.0 and 1.0")
    if len({stage["stageId"] for stage in stages}) != len(stages):
        raise Refusal("invalid", "stageId must be unique")


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_part(metadata: Record) -> bool:
    try:
        return 0.0 <= float(metadata.get("probability", "")) <= 1.0
    except (TypeError, ValueError):
        return False


def _store(
    account: Account, kind: str, body: Record, key: str, *, is_default: bool = False
) -> Record:
    now = account.now_ms()
    made: Record = {
        "pipelineId": key,
        "createdAt": now,
        "updatedAt": now,
        "objectType": _TYPES[kind],
        "label": body["label"],
        "displayOrder": body["displayOrder"],
        "active": body.get("active", True),
        "default": is_default,
        "stages": [
            {
                "stageId": stage["stageId"],
                "createdAt": now,
                "updatedAt": now,
                "label": stage["label"],
                "displayOrder": stage["displayOrder"],
                "active": stage.get("active", True),
                "metadata": {name: str(value) for name, value in stage["metadata"].items()},
            }
            for stage in body["stages"]
        ],
    }
    account.state["pipelines"][kind][key] = made
    return made
