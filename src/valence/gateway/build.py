"""A call to the vendor request that its definition's rows describe.

A row says where one value comes from and where it goes. Rows are compiled once an operation, to a
source, a conversion and a destination; a call runs what was compiled. What goes back the other way
(`source: response`) is read in `capture.py`.

Source: the wire contract on elements, its section on parameters."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, unquote, urljoin, urlsplit

import orjson

from valence.ceql import Slots, statement_headers, written
from valence.domain import (
    DefinitionError,
    InvalidRequest,
    Operation,
    Parameter,
    UnsupportedMediaType,
    quoted_for,
)
from valence.gateway.values import (
    Body,
    Call,
    Described,
    Headers,
    Kept,
    Part,
    VendorPage,
    VendorRequest,
    one_line,
)

NO_OPERATION = "/no-op"
_ON_AUTHORIZE = "oauthOnAuthroizeUrl"
_FORM_TYPES = frozenset({"form", "multipart", "bodyField"})
_PAGING = frozenset({"page", "pageSize", "nextPage"})
_CAPTURED_TYPES = frozenset({"provisionAuthValidation", "onRefresh"})
_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
_TEMPLATE = re.compile(r"\$?\{([^{}]+)\}")
_READ_HEADERS: Headers = (("Accept", "application/json"),)
_WRITE_HEADERS: Headers = (*_READ_HEADERS, ("Content-Type", "application/json"))
_WHOLE = frozenset({"integer", "long", "int"})
_DECIMAL = frozenset({"float", "double", "number"})
_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?\Z", re.ASCII)
_ARRAY_TYPES = frozenset({"array", "list"})

Source = Callable[[Call, "_Draft"], Any]
Destination = Callable[["_Draft", Any], None]
Convert = Callable[[Any], Any]


class Builder:
    """Builds vendor requests."""

    def __init__(self) -> None:
        self._plans = Kept(_plan)

    def build(
        self,
        call: Call,
        *,
        place: VendorPage | None = None,
        paging: Mapping[str, str] | None = None,
    ) -> VendorRequest:
        """Return the vendor request of a call.

        Args:
            place: which page of the vendor's list is asked for.
            paging: what the rows named `page`, `pageSize` and `nextPage` send for it.

        Raises:
            InvalidRequest: a parameter or the body is missing or malformed; the message names it.
            DefinitionError: the definition lacks an address.
        """
        plan = self._plans.of(call.operation)
        draft = _Draft()
        if plan.reads_body:
            draft.client_body = _client_body(call.request, plan)
            if call.described is not None:
                draft.client_body = _in_vendors_names(draft.client_body, call.described)
        if plan.default_query:
            draft.query.update(plan.default_query)
        for move in plan.moves:
            move(call, draft)
        if paging:
            for name, move_to in plan.paging:
                value = paging.get(name)
                if value is not None:
                    move_to(draft, value)
        if plan.operation.statement is not None:
            _state(call, plan, draft, paging or {})
        elif call.selection.parameters:
            draft.query.update(call.selection.parameters)
        base, path = _address(call, plan, draft)
        if place is not None and place.cursor is not None and plan.follows(place.cursor):
            path, query = _followed(base, path, place.cursor)
            if query is not None:
                draft.query.update(query)
            else:
                draft.query.clear()
        if draft.parts is not None and plan.form_names is not None:
            # A form with a file goes on whole: fields that no row names keep their names.
            draft.parts += [
                part
                for part in call.request.parts
                if part.filename is None and part.name not in plan.form_names
            ]
        body = _body(draft, plan)
        headers, has_authorization = _headers(draft, body)
        return VendorRequest(
            method=call.operation.vendor_method,
            base=base,
            path=path,
            query=draft.query,
            headers=headers,
            body=body,
            is_sent=plan.is_sent,
            has_authorization=has_authorization,
            configuration=draft.configuration or {},
        )


class _Draft:
    """What the rows of one call have put together so far.

    Most calls need the query alone, so the rest are defaults of the class until they are set.
    """

    client_body: Any = None
    headers: dict[str, str] | None = None
    path: dict[str, str] | None = None
    body: Any = None
    fields: dict[str, Any] | None = None
    form: dict[str, str] | None = None
    parts: list[Part] | None = None
    json_parts: dict[str, dict[str, Any]] | None = None
    tokens: dict[str, Any] | None = None
    configuration: dict[str, str] | None = None

    def __init__(self) -> None:
        self.query: dict[str, Any] = {}


@dataclass(frozen=True, slots=True)
class _Plan:
    """The rows of an operation, compiled."""

    operation: Operation
    moves: tuple[Callable[[Call, _Draft], None], ...]
    paging: tuple[tuple[str, Destination], ...]
    default_query: Mapping[str, str]
    reads_body: bool
    is_body_required: bool
    takes_arrays: bool
    is_sent: bool
    is_link: bool
    form_names: frozenset[str] | None

    def follows(self, cursor: str) -> bool:
        """Tell whether a cursor is an address to call, in place of a value for a row."""
        return self.is_link or cursor.startswith(("https://", "http://"))


def _plan(operation: Operation) -> _Plan:
    moves: list[Callable[[Call, _Draft], None]] = []
    paging: list[tuple[str, Destination]] = []
    style = operation.paging.style if operation.paging else None
    for row in operation.parameters:
        if row.source != "request" or _is_capture(row, operation) or _is_selection(row, operation):
            continue
        destination = _destination(row)
        if style is not None and row.type == "query" and row.name in _PAGING:
            paging.append((row.name, destination))
        else:
            moves.append(_move(row, destination))
    rows = [row for row in operation.parameters if row.source == "request"]
    whole = [row for row in rows if row.type == "body"]
    ordering = operation.ordering
    default = ordering.default if ordering is not None else None
    return _Plan(
        operation=operation,
        moves=tuple(moves),
        paging=tuple(paging),
        default_query={ordering.parameter: default}
        if ordering and default and operation.statement is None
        else {},
        reads_body=any(row.type in ("body", "bodyField") for row in rows)
        or any("{body." in row.name for row in rows if row.type == "value"),
        is_body_required=any(row.is_required for row in whole),
        takes_arrays=any(
            row.data_type in _ARRAY_TYPES or row.data_type.endswith("[]") for row in whole
        ),
        is_sent=operation.vendor_path != NO_OPERATION,
        is_link=style in ("link", "statement"),
        form_names=frozenset(row.name for row in rows if row.type in _FORM_TYPES)
        if any(row.type == "multipart" for row in rows)
        else None,
    )


def _is_capture(row: Parameter, operation: Operation) -> bool:
    """Tell whether a row of an old definition means the answer though it says `request`.

    Where another row says `response` the author knows the difference: a login sends what is
    configured and keeps what it gets."""
    return (
        operation.type in _CAPTURED_TYPES
        and not any(other.source == "response" for other in operation.parameters)
        and row.type == "configuration"
        and row.vendor_type == "bodyField"
    )


def _is_selection(row: Parameter, operation: Operation) -> bool:
    """Tell whether a row is spoken for by the operation's filter or ordering."""
    if row.type != "query" or row.vendor_type == "no-op":
        return False
    if row.name == "where":
        return operation.filter is not None
    return row.name == "orderBy" and operation.ordering is not None


# -- one row ---------------------------------------------------------------------------------------


def _move(row: Parameter, destination: Destination) -> Callable[[Call, _Draft], None]:
    name, is_required = row.name, row.is_required
    convert = _conversion(row)
    if row.type == "query" and row.vendor_type == "query" and convert is None and not is_required:
        vendor_name = row.vendor_name

        def pass_on(call: Call, draft: _Draft) -> None:
            value = call.query.get(name)
            if value is not None:
                draft.query[vendor_name] = value

        return pass_on
    source = _source(row)

    def move(call: Call, draft: _Draft) -> None:
        value = source(call, draft)
        if value is None:
            if is_required:
                raise InvalidRequest(f"Missing parameter: {name}.", code="missing-parameter")
            return
        destination(draft, value if convert is None else convert(value))

    return move


def _source(row: Parameter) -> Source:
    name = row.name
    if row.type == "value":
        return _template(name)
    found = _SOURCES.get(row.type)
    if found is None:
        raise DefinitionError(f"The parameter {name} has the unknown type {row.type!r}.")
    return found(name)


def _body_field(name: str) -> Source:
    def read(call: Call, draft: _Draft) -> Any:
        return _at(draft.client_body, name)

    return read


def _part(name: str) -> Source:
    def read(call: Call, draft: _Draft) -> Any:
        return next((part for part in call.request.parts if part.name == name), None)

    return read


def _path_value(name: str) -> Source:
    def read(call: Call, draft: _Draft) -> Any:
        value = call.path_values.get(name)
        return None if value is None else unquote(value)

    return read


def _previous_field(name: str) -> Source:
    def read(call: Call, draft: _Draft) -> Any:
        return None if call.previous is None else _at(call.previous.value, name)

    return read


_SOURCES: Mapping[str, Callable[[str], Source]] = {
    "query": lambda name: lambda call, draft: call.query.get(name),
    "header": lambda name: lambda call, draft: call.request.headers.get(name.lower()),
    "path": _path_value,
    "body": lambda name: lambda call, draft: draft.client_body,
    "bodyField": _body_field,
    "form": _part,
    "multipart": _part,
    "configuration": lambda name: lambda call, draft: call.resolved.configured(name),
    "prevBody": lambda name: lambda call, draft: call.previous.value if call.previous else None,
    "prevBodyField": _previous_field,
}


def _template(text: str) -> Source:
    """Return the source of a `value` row; what nothing resolves stays as it is written."""
    if "{" not in text:
        return lambda call, draft: text

    def read(call: Call, draft: _Draft) -> Any:
        def fill(found: re.Match[str]) -> str:
            value = _named(found[1], call, draft)
            return found[0] if value is None else _as_text(value)

        return _TEMPLATE.sub(fill, text)

    return read


def _named(name: str, call: Call, draft: _Draft) -> Any:
    kind, dot, rest = name.partition(".")
    if dot and kind == "configuration":
        return call.resolved.configured(rest)
    if dot and kind == "header":
        return call.request.headers.get(rest.lower())
    if dot and kind == "body":
        return _at(draft.client_body, rest)
    value = call.path_values.get(name)
    if value is not None:
        return unquote(value)
    value = call.query.get(name)
    return value if value is not None else call.resolved.configured(name)


def _destination(row: Parameter) -> Destination:
    make = _DESTINATIONS.get(row.vendor_type)
    if make is None:
        raise DefinitionError(
            f"The parameter {row.name} has the unknown vendorType {row.vendor_type!r}."
        )
    return make(row)


def _to_query(row: Parameter) -> Destination:
    name = row.vendor_name

    def write(draft: _Draft, value: Any) -> None:
        draft.query[name] = value if type(value) is str else _as_query(value)

    return write


def _to_header(row: Parameter) -> Destination:
    name = row.vendor_name

    def write(draft: _Draft, value: Any) -> None:
        text = _as_text(value)
        if "\n" in text or "\r" in text or "\x00" in text:
            raise InvalidRequest(f"{row.name} cannot be sent in a header: it has line breaks.")
        if draft.headers is None:
            draft.headers = {}
        draft.headers[name] = text

    return write


def _to_path(row: Parameter) -> Destination:
    name = row.vendor_name

    def write(draft: _Draft, value: Any) -> None:
        text = _as_text(value)
        if text in (".", "..") or "\x00" in text:
            raise InvalidRequest(f"{row.name} is not a name or an id.")
        if draft.path is None:
            draft.path = {}
        draft.path[name] = text

    return write


def _to_body(row: Parameter) -> Destination:
    def write(draft: _Draft, value: Any) -> None:
        draft.body = value.content if isinstance(value, Part) and not value.filename else value

    return write


def _to_body_field(row: Parameter) -> Destination:
    name = row.vendor_name

    def write(draft: _Draft, value: Any) -> None:
        if draft.fields is None:
            draft.fields = {}
        draft.fields[name] = value.text if isinstance(value, Part) else value

    return write


def _to_form(row: Parameter) -> Destination:
    name = row.vendor_name
    if row.vendor_type == "multipart" or row.type == "multipart":
        part, sharp, field = name.partition("#")
        return _to_json_part(part, field) if sharp else _to_parts(name)

    def write(draft: _Draft, value: Any) -> None:
        if isinstance(value, Part) and value.filename is not None:
            _to_parts(name)(draft, value)
            return
        if draft.form is None:
            draft.form = {}
        draft.form[name] = value.text if isinstance(value, Part) else _as_text(value)

    return write


def _to_parts(name: str) -> Destination:
    def write(draft: _Draft, value: Any) -> None:
        if draft.parts is None:
            draft.parts = []
        if isinstance(value, Part):
            draft.parts.append(replace(value, name=name))
        else:
            draft.parts.append(Part(name, _as_text(value).encode()))

    return write


def _to_json_part(name: str, field: str) -> Destination:
    """Write to a field of a part that is JSON; of a file that is its name."""

    def write(draft: _Draft, value: Any) -> None:
        if draft.json_parts is None:
            draft.json_parts = {}
        if isinstance(value, Part):
            value = value.text if value.filename is None else value.filename
        _put(draft.json_parts.setdefault(name, {}), field, value)

    return write


def _to_token(row: Parameter) -> Destination:
    name = row.vendor_name

    def write(draft: _Draft, value: Any) -> None:
        if draft.tokens is None:
            draft.tokens = {}
        draft.tokens[name] = value.text if isinstance(value, Part) else value

    return write


def _to_configuration(row: Parameter) -> Destination:
    name = row.vendor_name

    def write(draft: _Draft, value: Any) -> None:
        if draft.configuration is None:
            draft.configuration = {}
        draft.configuration[name] = _as_text(value)

    return write


def _to_nothing(row: Parameter) -> Destination:
    return lambda draft, value: None


_DESTINATIONS: Mapping[str, Callable[[Parameter], Destination]] = {
    "query": _to_query,
    "header": _to_header,
    "path": _to_path,
    "body": _to_body,
    "bodyField": _to_body_field,
    "form": _to_form,
    "multipart": _to_form,
    "bodyToken": _to_token,
    "configuration": _to_configuration,
    "value": _to_nothing,
    "no-op": _to_nothing,
}


# -- conversion ------------------------------------------------------------------------------------


def _conversion(row: Parameter) -> Convert | None:
    """Return what turns a value of `dataType` into one of `vendorDataType`, or None: nothing."""
    if row.type in ("body", "prevBody", "value") or row.vendor_type == "no-op":
        return None
    given, wanted = row.data_type, row.vendor_data_type
    is_typed = row.vendor_type in ("bodyField", "bodyToken")
    kind = wanted if wanted not in ("null", "string", "") else given
    if kind in _WHOLE:
        return _whole(row.name, is_typed=is_typed and wanted in _WHOLE)
    if kind in _DECIMAL:
        return _decimal(row.name, is_typed=is_typed and wanted in _DECIMAL)
    if kind == "boolean":
        return _boolean(row.name, is_typed=is_typed and wanted == "boolean")
    if wanted == "string" and given == "string" and is_typed and row.type != "bodyField":
        return _text_of_part
    return None


def _text_of_part(value: Any) -> Any:
    return value.text if isinstance(value, Part) else value


def _whole(name: str, *, is_typed: bool) -> Convert:
    def convert(value: Any) -> Any:
        if isinstance(value, int) and not isinstance(value, bool):
            return value if is_typed else str(value)
        text = _as_text(value).strip()
        digits = text[1:] if text.startswith("-") else text
        if not (digits.isascii() and digits.isdecimal()) or len(digits) > 40:
            raise InvalidRequest(f"{name} must be a whole number, not {text[:40]!r}.")
        return int(text) if is_typed else text

    return convert


def _decimal(name: str, *, is_typed: bool) -> Convert:
    def convert(value: Any) -> Any:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return value if is_typed else _as_text(value)
        text = _as_text(value).strip()
        if not _NUMBER.match(text):
            raise InvalidRequest(f"{name} must be a number, not {text[:40]!r}.")
        return float(text) if is_typed else text

    return convert


def _boolean(name: str, *, is_typed: bool) -> Convert:
    def convert(value: Any) -> Any:
        if isinstance(value, bool):
            return value if is_typed else _as_text(value)
        text = _as_text(value).strip().lower()
        if text == "":
            text = "true"  # a bare name counts as true
        if text not in ("true", "false"):
            raise InvalidRequest(f"{name} must be true or false, not {text[:40]!r}.")
        return text == "true" if is_typed else text

    return convert


def _as_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, Part):
        return value.text
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return orjson.dumps(value).decode()
    return str(value)


def _as_query(value: Any) -> Any:
    if isinstance(value, list):
        return [_as_text(part) for part in value]
    return _as_text(value)


# -- body ------------------------------------------------------------------------------------------


def _client_body(request: Any, plan: _Plan) -> Any:
    if request.parts:
        fields = [part for part in request.parts if part.filename is None]
        return {part.name: part.text for part in fields}
    body = request.body
    try:
        value = orjson.loads(body) if body.strip() else None
    except orjson.JSONDecodeError as exc:
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind and not kind.endswith("json"):
            raise UnsupportedMediaType(
                f"This resource takes a JSON body, not {kind[:100]}."
            ) from exc
        raise InvalidRequest("The body is not JSON.", code="bad-body") from exc
    if value is None:
        if plan.is_body_required:
            raise InvalidRequest("The body is missing.", code="bad-body")
        return None
    if not isinstance(value, dict) and not (plan.takes_arrays and isinstance(value, list)):
        raise InvalidRequest("The body must be a JSON object.", code="bad-body")
    return value


def _in_vendors_names(value: Any, described: Described) -> Any:
    """Return a body whose fields have the vendor's own names."""
    if not isinstance(value, dict):
        return value
    named = {described.own(name): part for name, part in value.items()}
    if len(named) < len(value):
        names = [name for name in value if described.own(name) != name]
        raise InvalidRequest(f"The body names a field twice: {names[0][:60]}.", code="bad-body")
    return named


def _state(call: Call, plan: _Plan, draft: _Draft, paging: Mapping[str, str]) -> None:
    """Write the operation's statement, and the headers that go with it."""
    operation, selection = plan.operation, call.selection
    statement = operation.statement
    if statement is None:
        return
    texts = {**dict(selection.parameters), **paging}
    ordering = operation.ordering
    if ordering is not None and ordering.default is not None:
        texts.setdefault(ordering.parameter, ordering.default)
    names = selection.names or (call.described.names if call.described is not None else ())
    slots = Slots(texts, names)

    def value(name: str) -> str | None:
        found = draft.path.get(name) if draft.path is not None else None
        if found is None and name in call.path_values:
            found = unquote(call.path_values[name])
        return found

    draft.query[statement.parameter] = written(statement, slots, value=value)
    for name, text in statement_headers(statement, slots).items():
        if draft.headers is None:
            draft.headers = {}
        draft.headers[name] = text


def _body(draft: _Draft, plan: _Plan) -> Body | None:
    if draft.parts is not None:
        form = draft.form or {}
        # What is JSON comes first: vendors read it before the bytes that it describes.
        told = [
            Part(name, orjson.dumps(held), content_type="application/json")
            for name, held in (draft.json_parts or {}).items()
        ]
        fields = (Part(name, value.encode()) for name, value in form.items())
        return Body("multipart", (*told, *draft.parts, *fields))
    if draft.json_parts is not None:
        # No file came, so there is nothing to describe but the record itself.
        return Body("json", next(iter(draft.json_parts.values())))
    if draft.form is not None:
        return Body("form", draft.form)
    value = draft.body
    if draft.tokens and isinstance(value, str):
        value = _with_tokens(value, draft.tokens)
    if draft.fields is not None:
        value = dict(value) if isinstance(value, dict) else {}
        for name, part in draft.fields.items():
            _put(value, name, part)
    if value is None:
        return None  # a body is never sent where none is asked for: some vendors refuse a GET's
    if isinstance(value, Part):
        return Body("file", value)
    if isinstance(value, str | bytes):
        return Body("text", value)
    key = plan.operation.request_key
    if key:
        for part in reversed(key.split(".")):
            value = {part: value}
    return Body("json", value)


def _with_tokens(template: str, tokens: Mapping[str, Any]) -> str:
    """Put values into a body template: at `{name}` and `${name}`, or at the bare token."""
    is_json = template.lstrip().startswith(("{", "["))
    for name, value in tokens.items():
        text = _as_text(value)
        if is_json and isinstance(value, str):
            text = orjson.dumps(value).decode()[1:-1]  # it stands between the template's quotes
        braced = f"{{{name}}}"
        if braced in template:
            template = template.replace("$" + braced, text).replace(braced, text)
        else:
            template = template.replace(name, text)
    return template


def _put(target: dict[str, Any], name: str, value: Any) -> None:
    *parents, last = name.split(".")
    for part in parents:
        below = target.get(part)
        below = dict(below) if isinstance(below, dict) else {}
        target[part] = below
        target = below
    target[last] = value


def _at(value: Any, path: str) -> Any:
    if isinstance(value, dict) and path in value:
        return value[path]
    for part in path.split("."):
        if isinstance(value, list) and part.isdecimal() and int(part) < len(value):
            value = value[int(part)]
        elif isinstance(value, dict):
            value = value.get(part)
        else:
            return None
    return value


# -- address and headers ---------------------------------------------------------------------------


def _headers(draft: _Draft, body: Body | None) -> tuple[Headers, bool]:
    kind = body.kind if body is not None else None
    default = _WRITE_HEADERS if kind in ("json", "text") else _READ_HEADERS
    if body is not None and body.kind == "file":
        # The file's own type, unless a row says another.
        default = (*_READ_HEADERS, ("Content-Type", one_line(body.value.content_type)))
    if draft.headers is None:
        return default, False
    given = {name.lower() for name in draft.headers}
    kept = tuple(header for header in default if header[0].lower() not in given)
    return kept + tuple(draft.headers.items()), "authorization" in given


def _address(call: Call, plan: _Plan, draft: _Draft) -> tuple[str, str]:
    path = call.operation.vendor_path
    if not plan.is_sent:
        return "", path
    is_whole = path.startswith(("https://", "http://"))
    base = "" if is_whole else call.resolved.configured("base.url")
    if not base and not is_whole:
        raise DefinitionError(f"The element {call.resolved.element.key} has no base.url.")
    if "{" in path:
        path = _filled(path, call, draft)
    if base and "{" in base:
        try:
            base = _filled(base, call, draft)
        except DefinitionError:
            # Where the owner consents is asked before there is a site; a script makes the address.
            if call.operation.type != _ON_AUTHORIZE:
                raise
    if base and base[-1] == "/" and path[:1] == "/":
        base = base[:-1]  # whoever types an address may end it so
    return base or "", path


@lru_cache(maxsize=4096)
def _pieces(text: str) -> tuple[str, ...]:
    """Split a text at its placeholders: odd pieces are names."""
    return tuple(_PLACEHOLDER.split(text))


def _filled(text: str, call: Call, draft: _Draft) -> str:
    pieces = _pieces(text)
    found = [pieces[0]]
    for position in range(1, len(pieces), 2):
        name = pieces[position]
        value = draft.path.get(name) if draft.path is not None else None
        if value is None and name in call.path_values:
            found.append(call.path_values[name])  # percent-encoded as the caller sent it
        else:
            if value is None:
                value = call.resolved.configured(name)
            if value is None:
                raise DefinitionError(f"Nothing fills {{{name}}} of the vendor's address.")
            found.append(quoted_for(value, before="".join(found), after=pieces[position + 1]))
        found.append(pieces[position + 1])
    return "".join(found)


def _followed(base: str, path: str, cursor: str) -> tuple[str, dict[str, Any] | None]:
    """Return where the vendor's own link to the next page leads: path, and query or None.

    An address on the host that is called anyway is called as it is. Of any other only the query is
    used, on our own path: a vendor's answer must not choose who receives the instance's token."""
    own = path if path.startswith(("https://", "http://")) else base + path
    target = urlsplit(urljoin(own, cursor))
    known = urlsplit(own)
    if (target.scheme, target.netloc) == (known.scheme, known.netloc):
        return target._replace(fragment="").geturl(), None
    found: dict[str, Any] = {}
    for name, value in parse_qsl(target.query, keep_blank_values=True):
        found[name] = value
    return path, found
