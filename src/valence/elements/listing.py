"""How a resource is filtered, ordered and paged.

A definition of ours says it under `x-valence`. One that came from elsewhere says it by rows of
parameters and a few configuration keys, and what they mean is decided here. Source: the wire
contract, its sections on converters and on the paging of vendor calls.
"""

import json
import re
from collections.abc import Mapping
from typing import Any, cast

from valence.domain import Filter, Ordering, Paging, Statement
from valence.elements.document import Json, extension

PAGING_ROWS = frozenset({"page", "pageSize", "nextPage"})
_OFFSET_LIKE = re.compile(r"offset|skip|start(?!page)", re.IGNORECASE)
_DIALECTS = {
    "toQueryParameters": Filter("query-parameters"),
    "toODataFilter": Filter("odata", parameter="$filter"),
}


def converter_of(row: Mapping[str, Any]) -> str | None:
    """Return a row's converter, whichever of the two ways it is written in."""
    written = row.get("converter") or ""
    vendor_name = str(row.get("vendorName") or "")
    if vendor_name.startswith("converter:"):
        written = vendor_name
    return str(written).removeprefix("converter:").strip() or None


def filter_of(resource: Json, rows: list[Json], scripts: list[str]) -> Filter | None:
    """Return how `where` reaches the vendor; None: as any other parameter, or not at all.

    Args:
        rows: the parameters that apply to the resource, the element's first.
        scripts: the bodies of its pre-request hooks.
    """
    said = extension(resource).get("filter")
    if isinstance(said, dict):
        fields = said.get("fields")
        return Filter(
            dialect=said["dialect"],
            parameter=said.get("parameter"),
            fields=None if fields is None else dict(fields),
            has_residue=bool(said.get("residue", False)),
            within=said.get("within"),
            vendor_only=frozenset(said.get("vendorOnly") or ()),
        )
    row = where_row(rows)
    if row is None:
        return None
    known = _DIALECTS.get(converter_of(row) or "")
    if known is not None:
        return known
    is_read = any("request_expression" in script for script in scripts)
    return Filter("hook") if is_read else None


def where_row(rows: list[Json]) -> Json | None:
    """Return the parameter that takes `where`, if there is one."""
    return next(
        (row for row in rows if row.get("name") == "where" and row.get("type") == "query"), None
    )


def is_consumed(row: Json, chosen: Filter | None) -> bool:
    """Tell whether a row is the filter itself, and so no parameter that is sent as it is.

    A plain row beside a script that reads the expression stays: the old platform sends the text
    and leaves it to the script to take it back.
    """
    is_where = row.get("name") == "where" and row.get("type") == "query"
    if not is_where:
        return False
    return converter_of(row) in _DIALECTS or (chosen is not None and chosen.dialect != "hook")


def ordering_of(resource: Json) -> Ordering | None:
    """Return how `orderBy` reaches the vendor; None: as any other parameter, or not at all."""
    said = extension(resource).get("ordering")
    if not isinstance(said, dict):
        return None
    fields = said.get("fields")
    return Ordering(
        parameter=said["parameter"],
        direction_parameter=said.get("directionParameter"),
        ascending=said.get("ascending", "asc"),
        descending=said.get("descending", "desc"),
        fields=None if fields is None else dict(fields),
        default=said.get("default"),
        prefix=said.get("prefix") or "",
        tie=said.get("tie"),
    )


def statement_of(resource: Json) -> Statement | None:
    """Return the statement that a resource sends, or None: it sends none."""
    said = extension(resource).get("statement")
    if not isinstance(said, dict):
        return None
    return Statement(
        said["language"], said["parameter"], said["text"], dict(said.get("headers") or {})
    )


def paging_of(resource: Json, rows: list[Json], defaults: Mapping[str, str]) -> Paging | None:
    """Return how a resource is paged; None: it is no list, or takes one page only.

    A vendor's cursor wins where the resource knows one; else the row `page` decides together with
    `pagination.type`, and without that the name of the vendor's parameter does. A row `pageSize`
    alone is a limit and no paging: there is no way to the second page.
    """
    said = extension(resource).get("paging")
    if isinstance(said, dict):
        style, largest = said["style"], said.get("largest") or _largest(defaults)
        first = said.get("first", _first(defaults, style))
        return Paging(
            style,
            largest,
            int(first),
            said.get("moreKey"),
            bool(said.get("capped", False)),
            deepest=said.get("deepest"),
            smallest=said.get("smallest"),
        )
    if str(resource.get("paginationType", "")).upper() == "VENDOR_NOT_SUPPORTED":
        return Paging("none") if resource["method"] == "GET" else None
    if resource["method"] not in ("GET", "POST"):
        return None
    style = _style(resource, rows, defaults)
    if style is None:
        return None
    return Paging(cast(Any, style), _largest(defaults), _first(defaults, style))


def _style(resource: Json, rows: list[Json], defaults: Mapping[str, str]) -> str | None:
    paging = {
        str(row["name"]): row
        for row in rows
        if row.get("type") == "query" and row["name"] in PAGING_ROWS
    }
    declared = defaults.get("pagination.type", "").strip().casefold()
    if resource.get("nextPageKey") and "nextPage" in paging:
        return "cursor"
    if "page" in paging:
        if declared in ("page", "offset"):
            return declared
        return "offset" if _OFFSET_LIKE.search(str(paging["page"]["vendorName"])) else "page"
    if "nextPage" in paging:
        return "cursor"
    return "link" if resource.get("nextPageKey") and paging else None


def _largest(defaults: Mapping[str, str]) -> int | None:
    for found in (defaults.get("pagination.max"), _detail(defaults, "maxPageSize")):
        if found is not None and found.strip().isdecimal() and int(found) > 0:
            return int(found)
    return None


def _first(defaults: Mapping[str, str], style: str) -> int:
    written = defaults.get("pagination.page.startindex", "").strip()
    if written.isdecimal():
        return int(written)
    return 1 if style == "page" else 0


def _detail(defaults: Mapping[str, str], name: str) -> str | None:
    try:
        held = json.loads(defaults.get("pagination", "") or "{}")
    except ValueError:
        return None
    found = held.get(name) if isinstance(held, dict) else None
    return None if found is None else str(found)
