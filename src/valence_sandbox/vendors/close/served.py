"""The verbs of Close over its described objects: lists, bodies, pages, `_fields`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from valence_sandbox.account import Account
from valence_sandbox.answers import Answer
from valence_sandbox.call import Call
from valence_sandbox.paging import Page, arranged, by_offset
from valence_sandbox.refusals import Refusal
from valence_sandbox.store import Record
from valence_sandbox.vendors.close import checks
from valence_sandbox.vendors.close.checks import judged, refused
from valence_sandbox.vendors.close.objects import Written

Routes = dict[tuple[str, str], Any]
_BOUNDS: Mapping[str, Callable[[Any, Any], bool]] = {
    "lt": lambda value, bound: value < bound,
    "lte": lambda value, bound: value <= bound,
    "gt": lambda value, bound: value > bound,
    "gte": lambda value, bound: value >= bound,
}
_DAY = len("2018-01-15")


def as_kept(_: Account, record: Record) -> Record:
    """Return a record as it is kept."""
    return record


def nothing_more(_: Call, values: Record, __: Record | None) -> Record:
    """Return what a body says as it is: no rule beyond the description."""
    return values


def nothing_else(_: Account, __: Record) -> None:
    """Do nothing: nothing hangs on the record."""


def no_totals(_: Sequence[Record]) -> Record:
    """Say nothing of the whole list but whether there is more."""
    return {}


@dataclass(frozen=True, slots=True)
class Served:
    """One object as Close serves it.

    `equals` are parameters that compare a field, `bounds` fields with `__lt`, `__lte`, `__gt` and
    `__gte`, `orders` what `_order_by` may name. `view` completes a record, `prepare` is what is
    peculiar to a write: (call, values, the stored record or None: new) -> values, `totals` what a
    list says of all its records, `gone` what goes with a deleted record.
    """

    name: str
    path: str
    title: str
    written: Written
    most: int = 100
    equals: tuple[str, ...] = ()
    bounds: tuple[str, ...] = ()
    orders: tuple[str, ...] = ()
    default_order: str = ""
    fixed: Mapping[str, Any] = field(default_factory=dict)
    view: Callable[[Account, Record], Record] = as_kept
    prepare: Callable[[Call, Record, Record | None], Record] = nothing_more
    totals: Callable[[Sequence[Record]], Record] = no_totals
    gone: Callable[[Account, Record], None] = nothing_else

    def list(self, call: Call) -> Answer:
        """GET on the collection."""
        records = self.ordered(call, self.matching(call, call.account[self.name].all()))
        return self.page(call, records)

    def page(self, call: Call, records: Sequence[Record]) -> Answer:
        """Return one page of records."""
        page = page_of(call, records, most=self.most)
        data = [chosen(call, self.view(call.account, record)) for record in page.rows]
        return Answer(200, {"has_more": page.has_more, "data": data, **self.totals(records)})

    def matching(self, call: Call, records: Sequence[Record]) -> Sequence[Record]:
        """Return the records that the parameters ask for. Raises Refusal."""
        conditions: list[Callable[[Record], bool]] = []
        for name, value in self.fixed.items():
            conditions.append(lambda record, name=name, value=value: record[name] == value)  # type: ignore[misc]
        for name in self.equals:
            wanted = call.query.get(name)
            if wanted:
                conditions.append(_equal(self.view, call.account, name, wanted))
        for name in self.bounds:
            for bound, holds in _BOUNDS.items():
                text = call.query.get(f"{name}__{bound}")
                if text:
                    conditions.append(_bounded(name, holds, _moment(f"{name}__{bound}", text)))
        if not conditions:
            return records
        return [record for record in records if all(holds(record) for holds in conditions)]

    def ordered(self, call: Call, records: Sequence[Record]) -> Sequence[Record]:
        """Return the records in the order asked for. Raises Refusal."""
        asked = call.query.get("_order_by") or self.default_order
        if not asked:
            return records
        name, is_descending = asked.removeprefix("-"), asked.startswith("-")
        if asked != self.default_order and name not in self.orders:
            raise refused({"_order_by": "Not a valid choice."})
        rows = [
            {"by": self._value(call.account, record, name), "row": record} for record in records
        ]
        return [row["row"] for row in arranged(rows, ("by", is_descending))]

    def _value(self, account: Account, record: Record, name: str) -> Any:
        # Most orders are by what is kept: completing every record for them would cost too much.
        return record[name] if name in record else self.view(account, record).get(name)

    def found(self, call: Call) -> Record:
        """Return the record that a path names. Raises Refusal."""
        key = call.path[-1]
        record = call.account[self.name].get(key)
        if record is None or any(record[name] != value for name, value in self.fixed.items()):
            raise missing(self.title)
        return record

    def shown(self, call: Call, record: Record) -> Answer:
        """Return one record as an answer."""
        return Answer(200, chosen(call, self.view(call.account, record)))

    def read(self, call: Call) -> Answer:
        """GET on one record."""
        return self.shown(call, self.found(call))

    def create(self, call: Call) -> Answer:
        """POST on the collection."""
        return self.shown(call, self.make(call, call.json()))

    def make(self, call: Call, body: Record) -> Record:
        """Store a body as a new record. Raises Refusal."""
        values = self.judged(call, body, required=self.written.required)
        values = self.prepare(call, values, None)
        return call.account.add(
            self.name, {**self.written.begins, **self.fixed, **signed(call, values, is_new=True)}
        )

    def update(self, call: Call) -> Answer:
        """PUT on one record: what the body leaves out stays."""
        record = self.found(call)
        values = self.prepare(call, self.judged(call, call.json()), record)
        values = signed(call, values, is_new=False)
        return self.shown(call, call.account.change(self.name, record, values))

    def delete(self, call: Call) -> Answer:
        """DELETE on one record."""
        record = self.found(call)
        call.account[self.name].remove(record["id"])
        self.gone(call.account, record)
        return Answer(200, {})

    def judged(self, call: Call, body: Record, *, required: Iterable[str] = ()) -> Record:
        """Return what a body says. Raises Refusal."""
        values, errors = judged(self.written.rules, body, required=required)
        for name, parent in self.written.parents.items():
            if name not in body or name in errors:
                continue
            given = body[name]
            if given is not None and not _is_there(call.account, parent, given):
                errors[name] = checks.NO_OBJECT
            else:
                values[name] = given
        custom, wrong = _custom(call.account, self.name, body)
        if errors or wrong:
            raise refused({**errors, **wrong})
        return {**values, **custom}

    def routes(self, verbs: str = "list create read update delete") -> Routes:
        """Return the routes for the verbs named."""
        rows = {
            "list": ("GET", self.path),
            "create": ("POST", self.path),
            "read": ("GET", f"{self.path}/*"),
            "update": ("PUT", f"{self.path}/*"),
            "delete": ("DELETE", f"{self.path}/*"),
        }
        return {rows[verb]: getattr(self, verb) for verb in verbs.split()}


def page_of(call: Call, records: Sequence[Record], *, most: int, deepest: int = 35_000) -> Page:
    """Return the page that `_skip` and `_limit` ask for. Raises Refusal."""
    limit = _number(call, "_limit", min(100, most), most)
    return by_offset(records, offset=_number(call, "_skip", 0, deepest), limit=limit)


def _number(call: Call, name: str, default: int, most: int) -> int:
    text = call.query.get(name)
    if text is None or text == "":
        return default
    if not text.removeprefix("-").isdecimal():
        sentence = "Input should be a valid integer, unable to parse string as an integer"
        raise refused({name: sentence})
    number = int(text)
    if number < 0:
        raise refused({name: "Input should be greater than or equal to 0"})
    if number > most:
        raise refused({name: f"Input should be less than or equal to {most}"})
    return number


def chosen(call: Call, record: Record) -> Record:
    """Return a record with the fields that `_fields` names, or all."""
    names = call.names("_fields")
    if not names or "_all" in names:
        return record
    is_custom = "custom" in names
    return {
        name: value
        for name, value in record.items()
        if name in names or (is_custom and name.startswith("custom."))
    }


def missing(title: str) -> Refusal:
    """Return the refusal of a record that is not there."""
    return Refusal("missing", f"Empty query: {title} matching query does not exist.")


def me(account: Account) -> Record:
    """Return the user whose key the account's is."""
    found: Record = account["user"].all()[0]
    return found


def full_name(user: Record) -> str:
    """Return how a user is called."""
    return f"{user['first_name']} {user['last_name']}"


def signed(call: Call, values: Record, *, is_new: bool) -> Record:
    """Return values with who wrote them, and for whom."""
    user = me(call.account)
    names = ("created_by", "updated_by") if is_new else ("updated_by",)
    stamps = {"organization_id": call.account.name} if is_new else {}
    for name in names:
        stamps |= {name: user["id"], f"{name}_name": full_name(user)}
    return {**stamps, **values}


def _is_there(account: Account, name: str, key: Any) -> bool:
    return isinstance(key, str) and account[name].get(key) is not None


def _custom(account: Account, name: str, body: Mapping[str, Any]) -> tuple[Record, dict[str, str]]:
    values: Record = {}
    errors: dict[str, str] = {}
    for key, value in body.items():
        if not key.startswith("custom."):
            continue
        row = account["custom_field"].get(key.removeprefix("custom."))
        if row is None or row["object_type"] != name:
            errors[key] = "Custom field does not exist."
        elif value is not None and row["choices"] and not _are_choices(row, value):
            errors[key] = "Not a valid choice."
        else:
            values[key] = value
    return values, errors


def _are_choices(row: Record, value: Any) -> bool:
    given = value if row["accepts_multiple_values"] and isinstance(value, list) else [value]
    return all(choice in row["choices"] for choice in given)


def _equal(
    view: Callable[[Account, Record], Record], account: Account, name: str, wanted: str
) -> Callable[[Record], bool]:
    def holds(record: Record) -> bool:
        whole = record if name in record else view(account, record)
        value = whole.get(name)
        text = str(value).lower() if isinstance(value, bool) else value
        return bool(text == (wanted.lower() if isinstance(value, bool) else wanted))

    return holds


def _bounded(name: str, holds: Callable[[Any, Any], bool], bound: str) -> Callable[[Record], bool]:
    def within(record: Record) -> bool:
        value = record.get(name)
        if not isinstance(value, str):
            return False
        return holds(value, bound[: len(value)] if len(value) == _DAY else bound)

    return within


def _moment(name: str, text: str) -> str:
    try:
        return checks.moment(text)
    except ValueError as exc:
        raise refused({name: str(exc)}) from exc
