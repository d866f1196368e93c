"""Which answers are lists, and how they are paged, filtered and sorted: by the names that APIs
give to such things."""

import re
from dataclasses import dataclass, field

from valence.elements.document import Json
from valence.elements.draft.describe import Described, Description, Parameter, Shape

_PAGE = ("page", "page_number", "pageNumber", "page[number]", "p")
_OFFSET = ("offset", "skip", "_skip", "start", "startAt", "start_at", "$skip", "page[offset]")
_CURSOR = (
    "cursor", "page_token", "pageToken", "next_token", "nextToken", "after", "starting_after",
    "continuation_token", "page[cursor]", "page[after]", "marker",
)  # fmt: skip
_SIZE = (
    "limit", "_limit", "page_size", "pageSize", "per_page", "perPage", "page_limit", "count",
    "maxResults", "max_results", "$top", "top", "size", "page[size]", "page[limit]", "results",
)  # fmt: skip
_SORT = ("sort", "order_by", "orderBy", "sort_by", "sortBy", "$orderby", "_order_by", "order")
_DIRECTION = ("sort_order", "sortOrder", "order_direction", "direction", "sort_direction", "order")
_TOTAL = re.compile(
    r"^_?(?:total|count)(?:[_-]?(?:count|results|items|size|records|elements))?$", re.I
)
_NEXT = re.compile(
    r"^_?(?:next(?:[_-]?(?:cursor|page[_-]?token|token|page|marker))?|after|cursor|end[_-]?cursor|continuation[_-]?token)$",
    re.I,
)
_RECORDS = ("data", "items", "results", "records", "values", "value", "entries", "list", "elements")
_IDENTIFIER = re.compile(r"^[A-Za-z_][\w.]*$")


@dataclass(slots=True)
class Listed:
    """What a definition says of a list; `style` is empty where no paging was recognised."""

    style: str = ""
    rows: list[str | Json] = field(default_factory=list)
    words: Json = field(default_factory=dict)
    where: dict[str, str] | list[str] = field(default_factory=list)
    record: Shape | None = None


def listed(one: Described, description: Description) -> Listed | None:
    """Return how an operation lists records; None: it answers something else."""
    if one.answer is None:
        return None
    found = _records(one.answer, description)
    if found is None:
        return None
    path, record = found
    shape = Listed(record=record)
    if path:
        shape.words["rootKey"] = f"|{path}"
        for word, pattern, types in (
            ("totalKey", _TOTAL, ("integer", "number")),
            ("nextPageKey", _NEXT, ("string", "integer")),
        ):
            place = _found(one.answer, description, pattern, types)
            if place is not None:
                shape.words[word] = place
    _page(one, shape)
    return shape


def _records(answer: Shape, description: Description) -> tuple[str, Shape | None] | None:
    if answer.schema.get("type") == "array":
        return "", _named_record(description.resolved(answer.schema.get("items") or {}))
    properties = answer.schema.get("properties")
    if not isinstance(properties, dict):
        return None
    arrays = {
        str(name): held
        for name, held in ((n, description.resolved(p)) for n, p in properties.items())
        if held.schema.get("type") == "array"
    }
    known = [name for name in _RECORDS if name in arrays]
    # One array among counts and links is a list; a record may hold arrays of its own.
    if not known and (len(arrays) != 1 or "id" in properties or len(properties) > len(_RECORDS)):
        inner = properties.get("data")
        if inner is not None and "id" not in properties:
            held = description.resolved(inner)
            found = _records(held, description) if held.schema.get("properties") else None
            return None if found is None else (f"data.{found[0]}", found[1])
        return None
    name = known[0] if known else next(iter(arrays))
    return name, _named_record(description.resolved(arrays[name].schema.get("items") or {}))


def _named_record(record: Shape) -> Shape | None:
    return record if isinstance(record.schema.get("properties"), dict) else None


def _found(
    answer: Shape, description: Description, pattern: re.Pattern[str], types: tuple[str, ...]
) -> str | None:
    """Return the dotted path of the first property with such a name, one level deep at most."""
    properties = answer.schema.get("properties") or {}
    inner: list[tuple[str, Json]] = []
    for name, said in properties.items():
        held = description.resolved(said).schema
        if pattern.match(name) and _type(held) in types:
            return str(name)
        if isinstance(held.get("properties"), dict):
            inner.append((str(name), held["properties"]))
    for name, below in inner:
        for part, said in below.items():
            if pattern.match(part) and _type(description.resolved(said).schema) in types:
                return f"{name}.{part}"
    return None


def _type(schema: Json) -> str:
    said = schema.get("type")
    if isinstance(said, list):
        return str(next((one for one in said if one != "null"), ""))
    return str(said or "")


def _page(one: Described, shape: Listed) -> None:
    query = {row.name: row for row in one.parameters if row.place == "query"}
    taken: set[str] = set()

    def take(names: tuple[str, ...]) -> str | None:
        found = next((name for name in names if name in query and name not in taken), None)
        taken.update({found} if found else ())
        return found

    cursor = take(_CURSOR) if shape.words.get("nextPageKey") else None
    offset = None if cursor else take(_OFFSET)
    page = None if cursor or offset else take(_PAGE)
    size = take(_SIZE) if cursor or offset or page else None
    if cursor:
        shape.style = "cursor"
        shape.rows.append(f"query:nextPage > query:{cursor}")
    elif offset or page:
        shape.style = "offset" if offset else "page"
        shape.rows.append(f"query:page > query:{offset or page} integer")
    if shape.style != "cursor":
        shape.words.pop("nextPageKey", None)
    if size:
        shape.rows.append(f"query:pageSize > query:{size} integer")
    if not shape.style:
        shape.words["paginationType"] = "VENDOR_NOT_SUPPORTED"
    sort = take(_SORT)
    if sort:
        direction = take(_DIRECTION)
        shape.words["orderBy"] = {"parameter": sort} | (
            {"directionParameter": direction} if direction else {}
        )
    left = [row for name, row in query.items() if name not in taken]
    shape.rows += [f"{row.name}!" for row in left if row.is_required and " " not in row.name]
    names = {_field(row): row.name for row in left if not row.is_required}
    if names:
        is_plain = all(ours == vendors for ours, vendors in names.items())
        shape.where = list(names) if is_plain else names


def _field(row: Parameter) -> str:
    """Return a name that `where` can say: `filter[name]` becomes `filter_name`."""
    if _IDENTIFIER.match(row.name):
        return row.name
    plain = re.sub(r"\W+", "_", row.name).strip("_")
    return plain if _IDENTIFIER.match(plain) else f"field_{plain}"
