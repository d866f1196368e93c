"""The verbs of REST v2 over a described collection that v1 keeps.

Lists are paged by opaque tokens without a count; `filter` is `field==value` joined by `;`;
`order_by` is `field asc` or `field desc`; a PATCH applies what `update_mask` names.
"""

import base64
import binascii
import operator
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from valence_sandbox.answers import Answer
from valence_sandbox.collections import Resource, query_value, select
from valence_sandbox.fields import checked, shown, values_at
from valence_sandbox.store import Collection, Record
from valence_sandbox.vendors.keap.call import Call, Refusal
from valence_sandbox.vendors.keap.crud import Routes, Served, as_stored
from valence_sandbox.vendors.keap.v2_objects import V2, compared

_PART = re.compile(r"([a-z_0-9]+)(==|!=|>=|<=|>|<)(.*)", re.DOTALL)
_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "!=": operator.ne,
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}
Judge = Callable[[Record], bool]


def page_of(call: Call, records: Sequence[Any], most: int = 1000) -> tuple[Sequence[Any], str]:
    """Return the page that a call asks for and the token of the next one. Raises Refusal."""
    size = call.integer("page_size", most)
    if size is None or not 0 < size <= most:
        raise Refusal(400, f"page_size must be between 1 and {most}")
    start = 0
    token = call.query.get("page_token")
    if token:
        try:
            start = int(base64.urlsafe_b64decode(token.encode()).decode())
        except (ValueError, binascii.Error) as exc:
            raise Refusal(400, "page_token is not valid") from exc
    more = start + size < len(records)
    following = base64.urlsafe_b64encode(str(start + size).encode()).decode() if more else ""
    return records[start : start + size], following


def selected(
    call: Call,
    resource: Resource,
    key: str,
    *,
    view: Callable[[Record], Record] | None = None,
    only: Judge | None = None,
    rows: Collection | None = None,
) -> Sequence[Record]:
    """Return the records that `filter` and `order_by` ask for: the stored ones, or `rows`.

    Raises Refusal."""
    query, judges = _conditions(call, resource)
    order = call.query.get("order_by", "").split()
    if order:
        direction = order[1].lower() if len(order) > 1 else "asc"
        if len(order) > 2 or direction not in ("asc", "desc") or order[0] not in resource.orders:
            raise Refusal(400, f"Invalid order_by: {' '.join(order)}")
        query["order"] = order[0]
        query["order_direction"] = "DESCENDING" if direction == "desc" else "ASCENDING"

    def fits(record: Record) -> bool:
        if only is not None and not only(record):
            return False
        whole = view(record) if view and judges else record
        return all(judge(whole) for judge in judges)

    return select(
        call.tenant[key] if rows is None else rows,
        resource,
        query,
        dialect=V2,
        view=view,
        only=fits if judges or only else None,
    )


def _conditions(call: Call, resource: Resource) -> tuple[dict[str, str], list[Judge]]:
    known = {row.parameter: row for row in resource.filters}
    query: dict[str, str] = {}
    judges: list[Judge] = []
    for part in call.query.get("filter", "").split(";"):
        if not part:
            continue
        match = _PART.fullmatch(part)
        row = known.get(match[1]) if match else None
        if match is None or row is None:
            raise Refusal(400, f"Invalid filter: {part}")
        if match[2] == "==":
            query[match[1]] = match[3]
        elif row.test is not compared:
            raise Refusal(400, f"Invalid filter: {part}")
        else:
            wanted = query_value(row.parameter, match[3], row.kind, dialect=V2)
            judges.append(_judge(row.paths or (row.parameter,), _OPERATORS[match[2]], wanted))
    return query, judges


def _judge(paths: tuple[str, ...], compare: Callable[[Any, Any], bool], wanted: Any) -> Judge:
    return lambda record: any(
        compare(value, wanted) for path in paths for value in values_at(record, path)
    )


def listed(call: Call, resource: Resource, records: Iterable[Record], **more: Any) -> Answer:
    """Return one page of records that are not a stored collection; they are numbered here."""
    rows = Collection()
    for record in records:
        rows.add(record, record_id=record.get("id"))
    page, following = page_of(call, selected(call, resource, resource.key, rows=rows))
    found = [shown(resource.fields, record, dialect=V2) for record in page]
    return Answer(200, {resource.key: found, "next_page_token": following, **more})


def money(call: Call, amount: float) -> Record:
    """Return an amount in the smallest unit of the account's currency."""
    code = call.tenant.profile["currency_code"]
    formatted = f"${amount:,.2f}" if code == "USD" else f"{amount:,.2f} {code}"
    return {"amount": round(amount * 100), "currency_code": code, "formatted_amount": formatted}


def nested(values: Record) -> Record:
    """Return values with `a.b` put as `a: {b}`, null where there is none."""
    result: Record = {}
    for name, value in values.items():
        outer, _, inner = name.partition(".")
        if inner:
            result[outer] = None if value is None else {inner: value}
        else:
            result[name] = value
    return result


def masked(call: Call, body: Record) -> Record:
    """Return what of a body the update mask lets through."""
    mask = call.names("update_mask")
    return {name: value for name, value in body.items() if not mask or name in mask}


@dataclass(frozen=True, slots=True)
class ServedV2:
    """A collection as v2 serves it, over what v1 keeps and rules."""

    v1: Served
    resource: Resource
    path: str
    expand: Callable[[Call, Record], Record] = as_stored
    inward: Callable[[Record], Record] = nested
    most: int = 1000

    def view(self, call: Call) -> Callable[[Record], Record]:
        """Return the completing of a record, bound to a call."""
        return lambda record: self.expand(call, self.v1.expand(call, record))

    def shown(self, call: Call, record: Record) -> Record:
        """Return a record as it is answered."""
        asked = call.names("fields")
        return shown(self.resource.fields, self.view(call)(record), dialect=V2, asked=asked)

    def list(self, call: Call) -> Answer:
        """GET on the collection."""
        return self.listed(call, None)

    def listed(self, call: Call, only: Judge | None) -> Answer:
        """Return one page of the records that fit."""
        view = self.view(call)
        records = selected(call, self.resource, self.v1.key, view=view, only=only)
        page, following = page_of(call, records, self.most)
        rows = [self.shown(call, record) for record in page]
        return Answer(200, {self.resource.key: rows, "next_page_token": following})

    def read(self, call: Call) -> Answer:
        """GET on one record."""
        return Answer(200, self.shown(call, self.v1.found(call)))

    def create(self, call: Call) -> Answer:
        """POST on the collection."""
        return Answer(201, self.shown(call, self.make(call, call.json())))

    def make(self, call: Call, body: Record, **fixed: Any) -> Record:
        """Store a body as a new record. Raises Invalid."""
        values = self.inward(checked(self.resource.fields, body, dialect=V2))
        defaults = {row.kept_as: row.default for row in self.v1.resource.fields}
        said = {name: value for name, value in values.items() if value is not None}
        kept = self.v1.prepare(call, {**defaults, **said, **fixed}, None)
        kept.pop("id", None)
        return self.v1.add(call, kept)

    def patch(self, call: Call) -> Answer:
        """PATCH on one record."""
        record = self.v1.found(call)
        return Answer(200, self.shown(call, self.write(call, record)))

    def write(self, call: Call, record: Record) -> Record:
        """Change a record by the body of a call."""
        body = masked(call, call.json())
        values = checked(self.resource.fields, body, dialect=V2, is_partial=True)
        return self.v1.write(call, record, self.inward(values))

    def routes(self, verbs: str) -> Routes:
        """Return the routes for the verbs named: list, create, read, patch, delete."""
        rows: dict[str, tuple[tuple[str, str], Any]] = {
            "list": (("GET", self.path), self.list),
            "create": (("POST", self.path), self.create),
            "read": (("GET", f"{self.path}/*"), self.read),
            "patch": (("PATCH", f"{self.path}/*"), self.patch),
            "delete": (("DELETE", f"{self.path}/*"), self.v1.delete),
        }
        return dict(rows[verb] for verb in verbs.split())
