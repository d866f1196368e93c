"""`where`, `orderBy` and `fields`: to the vendor's parameters, and to what is left for us.

What the vendor can say goes to it. What it cannot is evaluated on its records, where the
definition allows that, or refused: a filter is never ignored."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

import orjson

from valence.ceql import (
    Expression,
    compile_filter,
    dialect,
    expression_list,
    order_parameters,
    parse,
    parse_fields,
    parse_order_by,
    sort_records,
)
from valence.domain import InvalidRequest, Operation
from valence.gateway.values import EVERYTHING, Described, Query, Record, Resolved, Selection

HOOK_DIALECT = "hook"
_Tree = dict[str, Any]


def select(
    operation: Operation,
    query: Mapping[str, str],
    resolved: Resolved,
    described: Described | None = None,
    *,
    fields: str | None = None,
) -> Selection:
    """Return what a call asks to see.

    Args:
        described: the fields of the object, where the definition says which it is.
        fields: those of the answer, where they are named otherwise than to the vendor.

    Raises:
        InvalidRequest: it cannot be read, or neither the vendor nor we can do it; the message names
            the field or operator.
    """
    where = query.get("where")
    order_by = query.get("orderBy")
    # Where the answer's fields are named otherwise, nothing of them is inside another.
    inside = operation.fields_in if fields is None else None
    sent_fields = query.get("fields") or _default_fields(operation, resolved)
    fields = fields or sent_fields
    if not (where or order_by or fields):
        return EVERYTHING
    parameters: list[tuple[str, str]] = []
    keeps: Callable[[Record], bool] | None = None
    conditions: tuple[Mapping[str, object], ...] = ()
    if where and where.strip():
        sent, residue, conditions = _filter(operation, where, described)
        parameters += sent
        keeps = None if residue is None else _predicate(residue, within=_within(operation))
    sorts = None
    if order_by and order_by.strip():
        sent, sorts = _order(operation, order_by)
        parameters += sent
    projection = _projection(fields, inside, described is not None) if fields else None
    if _share_parameter(operation):
        is_ordered = bool(order_by and order_by.strip())
        parameters = _joined(operation, parameters, is_ordered=is_ordered)
    names = _names(sent_fields, described) if sent_fields and described is not None else ()
    return Selection(tuple(parameters), keeps, sorts, projection, conditions, names)


# -- where and orderBy -----------------------------------------------------------------------------


def _filter(
    operation: Operation, where: str, described: Described | None
) -> tuple[Query, Expression | None, tuple[Mapping[str, object], ...]]:
    rule = operation.filter
    if rule is None:
        if _passes(operation, "where") or not operation.is_list:
            return (), None, ()  # sent as any other parameter, or undeclared and so ignored
        raise InvalidRequest("This resource takes no where.", code="unsupported-field")
    expression = parse(where)
    if rule.dialect == HOOK_DIALECT:
        return (), None, tuple(expression_list(expression))
    if described is not None:
        rule = replace(rule, known=described.known)
    translated = dialect(rule.dialect)(expression, rule)
    return translated.parameters, translated.residue, _conditions(operation, expression)


def _conditions(operation: Operation, expression: Expression) -> tuple[Mapping[str, object], ...]:
    if not (operation.pre_hooks or operation.post_hooks):
        return ()
    try:
        return tuple(expression_list(expression))
    except InvalidRequest:
        return ()  # an OR: the dialect could say it, the list that scripts see cannot


def _within(operation: Operation) -> str | None:
    return operation.filter.within if operation.filter is not None else None


def _predicate(residue: Expression, *, within: str | None = None) -> Callable[[Record], bool]:
    test = compile_filter(residue)
    if within is None:
        return lambda record: isinstance(record, dict) and test(record)

    def is_kept(record: Record) -> bool:
        if not isinstance(record, dict):
            return False
        inner = record.get(within)
        # The record's own fields win over those inside.
        return test({**inner, **record} if isinstance(inner, dict) else record)

    return is_kept


def _order(
    operation: Operation, order_by: str
) -> tuple[Query, Callable[[list[Record]], list[Record]] | None]:
    orders = parse_order_by(order_by)
    if operation.ordering is not None:
        return order_parameters(orders, operation.ordering), None
    if operation.paging is not None and operation.paging.style == "none":
        # Everything is read anyway, so nothing but our own work stands against sorting it.
        return (), lambda records: _sorted(records, orders)
    if _passes(operation, "orderBy") or not operation.is_list:
        return (), None
    raise InvalidRequest(
        "This resource cannot be ordered: its vendor has no order to ask for.",
        code="unsupported-field",
    )


def _sorted(records: list[Record], orders: Any) -> list[Record]:
    if all(isinstance(record, dict) for record in records):
        return sort_records(records, orders)
    return records


def _passes(operation: Operation, name: str) -> bool:
    """Tell whether a parameter is sent to the vendor, or to a script, as it is."""
    return any(row.name == name and row.type == "query" for row in operation.parameters)


def _share_parameter(operation: Operation) -> bool:
    rule, ordering = operation.filter, operation.ordering
    return rule is not None and ordering is not None and rule.parameter == ordering.parameter


def _joined(
    operation: Operation, parameters: list[tuple[str, str]], *, is_ordered: bool
) -> list[tuple[str, str]]:
    """Return parameters with filter and order in one, as search languages of vendors want it."""
    ordering = operation.ordering
    if ordering is None:
        return parameters
    texts = [text for name, text in parameters if name == ordering.parameter]
    if not texts:
        return parameters
    if not is_ordered and ordering.default is not None:
        texts.append(ordering.default)
    others = [pair for pair in parameters if pair[0] != ordering.parameter]
    return [*others, (ordering.parameter, " ".join(texts))]


# -- fields ----------------------------------------------------------------------------------------


def _default_fields(operation: Operation, resolved: Resolved) -> str | None:
    """Return the fields that are chosen when the caller names none."""
    chosen = resolved.configured("default.select.fields.map")
    if not chosen or resolved.configured("allow.select.fields") != "true":
        return None
    return _fields_map(chosen).get(operation.path.strip("/").partition("/")[0])


@lru_cache(maxsize=256)
def _fields_map(text: str) -> Mapping[str, str]:
    """Read `{"contacts": "id,name"}`, or a list in place of the text; anything else is empty."""
    try:
        held = orjson.loads(text)
    except orjson.JSONDecodeError:
        return {}
    if not isinstance(held, dict):
        return {}
    return {
        str(name): ",".join(map(str, fields)) if isinstance(fields, list) else str(fields)
        for name, fields in held.items()
    }


def _names(text: str, described: Described) -> tuple[str, ...]:
    """Return the fields asked for by the vendor's own names, each once."""
    paths = (str(path) for path in parse_fields(text))
    return tuple({name.casefold(): name for name in map(described.own, paths)}.values())


@lru_cache(maxsize=1024)
def _projection(
    text: str, inside: str | None = None, is_folded: bool = False
) -> Callable[[Any], Any] | None:
    """Compile `fields`: names and dotted paths, through objects and lists alike.

    With `inside` they are those of that field of a record; the record's other fields stay.
    Where it `is_folded` the case of names does not count.

    Raises:
        InvalidRequest: it cannot be read.
    """
    tree: _Tree = {}
    for path in parse_fields(text):
        here = tree
        segments = [segment.partition("[")[0] for segment in path.segments]
        *parents, last = [name.casefold() for name in segments] if is_folded else segments
        for name in parents:
            below = here.setdefault(name, {})
            if below is None:
                break  # the whole of it is kept already
            here = below
        else:
            here[last] = None
    if not tree:
        return None
    if inside is not None:
        return lambda value: _kept_inside(value, tree, inside)
    if is_folded:
        return lambda value: _kept_folded(value, tree)
    return lambda value: _kept(value, tree)


def _kept_inside(value: Any, tree: _Tree, inside: str) -> Any:
    if isinstance(value, list):
        return [_kept_inside(part, tree, inside) for part in value]
    if not isinstance(value, dict) or inside not in value:
        return value
    return {**value, inside: _kept(value[inside], tree)}


def _kept(value: Any, tree: _Tree) -> Any:
    if isinstance(value, list):
        return [_kept(part, tree) for part in value]
    if not isinstance(value, dict):
        return value
    found = {}
    for name, below in tree.items():
        if name in value:
            found[name] = value[name] if below is None else _kept(value[name], below)
    return found


def _kept_folded(value: Any, tree: _Tree) -> Any:
    if isinstance(value, list):
        return [_kept_folded(part, tree) for part in value]
    if not isinstance(value, dict):
        return value
    found = {}
    for name, part in value.items():
        folded = name.casefold()
        if folded in tree:
            below = tree[folded]
            found[name] = part if below is None else _kept_folded(part, below)
    return found
