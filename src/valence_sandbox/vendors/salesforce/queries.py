"""Runs queries: batches, cursors, and the restrictions of single objects.

Source: REST API Developer Guide, "Query" and "Query Options Header": 2000 records a batch, or what
`Sforce-Query-Options: batchSize` asks for, at least 200; the rest by `nextRecordsUrl`.
"""

import re
from typing import Any

from valence_sandbox.answers import Answer
from valence_sandbox.call import Call
from valence_sandbox.refusals import Refusal
from valence_sandbox.store import Record
from valence_sandbox.vendors.salesforce import ids, org
from valence_sandbox.vendors.salesforce.judge import Judge, resolved
from valence_sandbox.vendors.salesforce.objects import OBJECTS, PREFIXES, object_named
from valence_sandbox.vendors.salesforce.sobjects import SField, SObject
from valence_sandbox.vendors.salesforce.soql import Compare, Joined, Malformed, Query, Within, parse

LARGEST_BATCH, SMALLEST_BATCH = 2000, 200
LARGEST_OFFSET = 2000
LONGEST_QUERY = 100_000
_MOST_CURSORS = 50
_BATCH_SIZE = re.compile(r"batchSize\s*=\s*(\d+)", re.IGNORECASE)
_LINK_RULE = (
    "Implementation restriction: ContentDocumentLink requires a filter by a single Id on"
    " ContentDocumentId or LinkedEntityId using the equals operator or multiple Id's using the IN"
    " operator."
)

Column = tuple[str, tuple[SField, ...], SField]


def run(call: Call, root: str) -> Answer:
    """Answer `GET query?q=`."""
    text = call.query.get("q")
    if not text:
        raise Refusal("MALFORMED_QUERY", "SOQL query must be specified")
    if len(text) > LONGEST_QUERY:
        raise Refusal("QUERY_TOO_COMPLICATED", "The query is too long")
    try:
        query = parse(text)
    except Malformed as exc:
        raise Refusal("MALFORMED_QUERY", str(exc)) from exc
    said = object_named(query.source)
    if said is None:
        message = (
            f"sObject type '{query.source}' is not supported. If you are attempting to use a custom"
            " object, be sure to append the '__c' after the entity name."
        )
        raise Refusal("INVALID_TYPE", message)
    columns = _columns(query, said)
    found = matching(call, query, said)
    if query.is_count:
        return Answer(200, {"totalSize": len(found), "done": True, "records": []})
    rows = [_row(call, said, record, columns, root) for record in found]
    return _batch(call, rows, root, at=0, size=_size(call))


def more(call: Call, root: str) -> Answer:
    """Answer `GET query/{locator}`."""
    name, _, position = call.path[-1].rpartition("-")
    kept = call.account.state.setdefault("cursors", {}).get(name)
    if kept is None or not position.isdecimal():
        raise Refusal("INVALID_QUERY_LOCATOR", "invalid query locator")
    return _batch(call, kept["rows"], root, at=int(position), size=kept["size"], cursor=name)


def related(call: Call, root: str, said: SObject, record: Record) -> Answer:
    """Answer `GET sobjects/Account/{id}/Contacts`: what a relationship leads to."""
    wanted = call.path[-1].lower()
    names = call.names("fields")
    reference = said.related(wanted)
    if reference is not None:
        target = org.follow(call.account, record, reference)
        if target is None:
            raise Refusal("NOT_FOUND", "The requested resource does not exist", status=404)
        parent = object_named(reference.refers_to[0])
        assert parent is not None  # noqa: S101 - references lead to objects of the table
        return Answer(200, org.shown(parent, target, root, names=names))
    for child in OBJECTS.values():
        for row in child.fields:
            if row.children.lower() == wanted and said.name in row.refers_to:
                mine = [
                    one
                    for one in org.records(call.account, child)
                    if one.get(row.name) == record["Id"]
                ]
                rows = [org.shown(child, one, root, names=names) for one in mine]
                return _batch(call, rows, root, at=0, size=_size(call))
    raise Refusal("NOT_FOUND", "The requested resource does not exist", status=404)


def matching(call: Call, query: Query, said: SObject) -> list[Record]:
    """Return the records that a query finds, in its order. Raises Refusal."""
    account = call.account
    judge = Judge(query, said, lambda record, row: org.follow(account, record, row))
    if said.name == "ContentDocumentLink" and not _is_narrow(query):
        raise Refusal("MALFORMED_QUERY", _LINK_RULE)
    if query.offset > LARGEST_OFFSET:
        message = f"Maximum SOQL offset allowed is {LARGEST_OFFSET}"
        raise Refusal("NUMBER_OUTSIDE_VALID_RANGE", message)
    if query.every and (query.limit is None or query.limit > 200):
        raise Refusal(
            "MALFORMED_QUERY", "The SOQL FIELDS function must have a LIMIT of at most 200"
        )
    found = org.records(account, said)
    if query.where is not None:
        test = judge.test(query.where)
        found = [record for record in found if test(record)]
    for order in reversed(query.orders):
        found.sort(key=judge.key(order), reverse=order.is_descending)
    end = None if query.limit is None else query.offset + query.limit
    return found[query.offset : end]


def _is_narrow(query: Query) -> bool:
    """Tell whether links are asked for of certain documents or records, as they must be."""
    terms: tuple[Any, ...] = (query.where,)
    if isinstance(query.where, Joined) and query.where.word == "and":
        terms = query.where.terms
    return any(
        isinstance(term, Compare | Within)
        and term.path.lower() in ("contentdocumentid", "linkedentityid")
        and (not isinstance(term, Compare) or term.operator == "=")
        and (not isinstance(term, Within) or not term.is_negated)
        for term in terms
    )


def _columns(query: Query, said: SObject) -> list[Column]:
    if query.every:
        wanted = {"ALL": (True, False), "CUSTOM": (True,), "STANDARD": (False,)}[query.every]
        return [(row.name, (), row) for row in said.fields if row.is_custom in wanted]
    columns: list[Column] = []
    seen: set[str] = set()
    for path, column in zip(query.fields, query.columns, strict=True):
        followed, row = resolved(query, said, path, column)
        if path.lower() in seen:
            raise Refusal("INVALID_FIELD", f"duplicate field selected: {path}")
        seen.add(path.lower())
        columns.append((path, followed, row))
    return columns


def _row(call: Call, said: SObject, record: Record, columns: list[Column], root: str) -> Record:
    shown: Record = {"attributes": org.attributes(said, record, root)}
    for _, followed, row in columns:
        holder, here, owner = shown, record, said
        for reference in followed:
            target = org.follow(call.account, here, reference)
            if target is None:
                holder[reference.relationship] = None
                break
            named = object_named(_name_of(target))
            assert named is not None  # noqa: S101 - ids of records name their object
            owner, here = named, target
            below = holder.get(reference.relationship)
            if not isinstance(below, dict):
                below = {"attributes": org.attributes(owner, here, root)}
                holder[reference.relationship] = below
            holder = below
        else:
            if owner.field(row.name) is not None:
                holder[row.name] = org.value(owner, here, row, root)
    return shown


def _name_of(record: Record) -> str:
    return PREFIXES[str(record["Id"])[:3]].name


def _size(call: Call) -> int:
    found = _BATCH_SIZE.search(call.headers.get("sforce-query-options", ""))
    size = int(found[1]) if found else LARGEST_BATCH
    return min(max(size, SMALLEST_BATCH), LARGEST_BATCH)


def _batch(
    call: Call, rows: list[Record], root: str, *, at: int, size: int, cursor: str = ""
) -> Answer:
    end = at + size
    answer: dict[str, Any] = {"totalSize": len(rows), "done": end >= len(rows)}
    if end < len(rows):
        if not cursor:
            cursors = call.account.state.setdefault("cursors", {})
            number = call.account.state["cursor"] = call.account.state.get("cursor", 0) + 1
            cursor = ids.spelled("01g")(call.account.name, number)
            while len(cursors) >= _MOST_CURSORS:
                del cursors[next(iter(cursors))]
            cursors[cursor] = {"rows": rows, "size": size}
        answer["nextRecordsUrl"] = f"{root}/query/{cursor}-{end}"
    return Answer(200, {**answer, "records": rows[at:end]})
