"""What every endpoint does: read parameters, find and list records, tell events, repeat by key."""

from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from typing import Any

import orjson

from valence_sandbox.account import Account
from valence_sandbox.answers import Answer
from valence_sandbox.bodies import nested
from valence_sandbox.call import Call
from valence_sandbox.identifiers import lettered
from valence_sandbox.store import Record
from valence_sandbox.vendors.stripe.endpoints import API_VERSION, RESOURCES, Resource
from valence_sandbox.vendors.stripe.paging import PAGING, page
from valence_sandbox.vendors.stripe.parameters import Param, checked
from valence_sandbox.vendors.stripe.refused import missing, refused

Act = Callable[[Call], Answer]
_COMPARED: dict[str, Callable[[int, int], bool]] = {
    "eq": lambda value, wanted: value == wanted,
    "gt": lambda value, wanted: value > wanted,
    "gte": lambda value, wanted: value >= wanted,
    "lt": lambda value, wanted: value < wanted,
    "lte": lambda value, wanted: value <= wanted,
}
_SPELLED = {"fulfilled": "fulfiled"}  # in the records of orders
_IS_SAID_ELSEWHERE = {"ids", "types", "limit", "starting_after", "ending_before"}


def seconds(account: Account) -> int:
    """The account's time in seconds since 1970, as Stripe counts."""
    return account.now_ms() // 1000


def new_id(account: Account, resource: Resource) -> str:
    """Return an id that no record has."""
    numbers: dict[str, int] = account.state.setdefault("ids", {})
    number = numbers[resource.prefix] = numbers.get(resource.prefix, 0) + 1
    prefix = f"{resource.prefix}_" if resource.prefix else ""
    return lettered(prefix, length=resource.id_length)(account.name, number)


def given(call: Call, params: Iterable[Param]) -> Record:
    """Return the parameters of a call, from its query and its form. Raises Refusal."""
    kind = call.headers.get("content-type", "")
    if call.body and not kind.startswith("application/x-www-form-urlencoded"):
        raise refused(
            "Invalid request (check that your POST content type is"
            " application/x-www-form-urlencoded)."
        )
    said = nested(call.query.multi_items()) | call.form()
    return checked(said, params)


def find(account: Account, name: str, record_id: str, *, param: str = "id") -> Record:
    """Return a record that is there. Raises Refusal."""
    record = account[name].get(record_id)
    if record is None or record.get("deleted"):
        raise missing(RESOURCES[name].noun, record_id, param=param)
    return record


def newest_first(records: Iterable[Record]) -> list[Record]:
    """Return records in the order of every list."""
    found = list(records)
    found.reverse()  # of one second, what came last comes first
    found.sort(key=lambda record: record["created"], reverse=True)
    return found


def listed(
    call: Call,
    resource: Resource,
    records: Iterable[Record],
    *,
    more: Sequence[Param] = (),
    keeps: Callable[[Record, Record], bool] = lambda record, asked: True,
) -> Answer:
    """Answer a list: what the filters leave, newest first, a page of it. Raises Refusal."""
    asked = given(call, (*resource.filters, *more, *PAGING))
    kept = [
        record
        for record in records
        if not record.get("deleted") and _passes(record, asked) and keeps(record, asked)
    ]
    url = "/" + "/".join(call.path)
    return Answer(200, page(newest_first(kept), asked, url=url, noun=resource.noun))


def _passes(record: Record, asked: Record) -> bool:
    if asked.get("ids") and record["id"] not in asked["ids"]:
        return False
    if asked.get("types") and record.get("type") not in asked["types"]:
        return False
    return all(
        wanted is None or name in _IS_SAID_ELSEWHERE or _meets(record.get(name), wanted)
        for name, wanted in asked.items()
    )


def _meets(value: Any, wanted: Any) -> bool:
    if wanted == "all":
        return True
    if isinstance(wanted, dict):
        if wanted.keys() <= _COMPARED.keys():
            return isinstance(value, int) and all(
                _COMPARED[order](value, limit) for order, limit in wanted.items()
            )
        return isinstance(value, dict) and all(
            _meets(value.get(_SPELLED.get(name, name)), part) for name, part in wanted.items()
        )
    if isinstance(value, dict):
        return bool(value.get("id") == wanted)
    if isinstance(wanted, str) and wanted.endswith("*"):  # of the types of events
        return isinstance(value, str) and value.startswith(wanted[:-1])
    return bool(value == wanted)


def put(account: Account, name: str, record: Record, *, type_: str = "created") -> Record:
    """Store a new record and tell that it was made."""
    stored = account[name].add(record, record_id=record["id"])
    tell(account, f"{record['object']}.{type_}", stored)
    return stored


def change(account: Account, record: Record, values: Record, *, type_: str = "updated") -> Record:
    """Put values into a record, metadata key by key, and tell what they were before."""
    before = {name: record.get(name) for name, value in values.items() if record.get(name) != value}
    for name, value in values.items():
        if name == "metadata":
            merged = {**record.get("metadata", {}), **value} if value else {}
            record["metadata"] = {key: part for key, part in merged.items() if part != ""}
        else:
            record[name] = value
    if before:
        tell(account, f"{record['object']}.{type_}", record, before=before)
    return record


def tell(account: Account, type_: str, record: Record, *, before: Record | None = None) -> None:
    """Add an event. It keeps the record as it is now."""
    resource = RESOURCES["events"]
    data: Record = {"object": orjson.loads(orjson.dumps(record))}
    if before is not None:
        data["previous_attributes"] = before
    event_id = new_id(account, resource)
    account["events"].add(
        {
            "object": "event",
            "api_version": API_VERSION,
            "created": account.state.get("at") or seconds(account),
            "data": data,
            "livemode": False,
            "pending_webhooks": 0,
            "request": {"id": None, "idempotency_key": None},
            "type": type_,
        },
        record_id=event_id,
    )


def sublist(url: str, records: Iterable[Record] = ()) -> Record:
    """Return the list that stands inside of a record."""
    data = list(records)
    return {
        "object": "list",
        "data": data,
        "has_more": False,
        "total_count": len(data),
        "url": url,
    }


def by_key(act: Act) -> Act:
    """Return what answers a repeated Idempotency-Key as the first time.

    Source: https://stripe.com/docs/api/idempotent_requests. A key is kept once the call was begun:
    a refusal of its parameters does not use it up."""

    @wraps(act)
    def acted(call: Call) -> Answer:
        key = call.headers.get("idempotency-key", "")
        if not key:
            return act(call)
        kept: dict[str, tuple[tuple[str, ...], bytes, Answer]]
        kept = call.account.state.setdefault("keys", {})
        if key in kept:
            path, body, answer = kept[key]
            if (path, body) != (call.path, call.body):
                raise refused(
                    "Keys for idempotent requests can only be used with the same parameters they"
                    f" were first used with. Try using a key other than '{key}' if you meant to"
                    " execute a different request.",
                    type_="idempotency_error",
                )
            return answer.with_headers({"Idempotent-Replayed": "true"})
        answer = act(call)
        # Rendered now: the record may be changed before the call is repeated.
        said = Answer(answer.status, body=orjson.dumps(answer.json))
        kept[key] = (call.path, call.body, said)
        return answer

    return acted
