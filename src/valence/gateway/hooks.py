"""Scripts of the definition, before and after the vendor call.

What they see and what their answer does is the wire contract on elements, its section on hooks;
`_ALWAYS` with `_AFTER`, and `_Run.before` with `_Run.after`, are that section's two tables. Scripts
run in processes apart; this stage only tells them and listens. A script never sees the caller's
`Authorization`: user and organization secrets are none of an element's business."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol
from urllib.parse import quote, unquote, urlencode

import orjson

from valence.domain import (
    DefinitionError,
    Hook,
    InvalidRequest,
    Secret,
    VendorMalformed,
    VendorRefused,
    Whose,
)
from valence.gateway.answer_headers import added
from valence.gateway.values import Body, Call, Decoded, Headers, Kept, VendorRequest, json_of
from valence.scripting import ScriptCall, ScriptOutcome, readable

_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})
_RESPONSE_KEYS = ("response_body", "response_headers", "response_status_code")
_API_TYPES = frozenset({"api", "apiNoDocumentation"})
_PATH_SAFE = "%/:?[]@!$&'()*+,;=~-._"
_HIDDEN_HEADERS = frozenset({"authorization", "cookie"})


class Scripts(Protocol):
    """Runs scripts; `ScriptPool` is one."""

    async def run(self, call: ScriptCall) -> ScriptOutcome:
        """Run one script. Raises ScriptFailed."""


@dataclass(frozen=True, slots=True)
class Hooked:
    """What the scripts made of a call.

    `decoded` is the answer, given by a script before the vendor was asked or after; None: the
    vendor is to be asked. `configuration` is to be stored in the instance.
    """

    call: Call
    request: VendorRequest
    decoded: Decoded | None
    configuration: Mapping[str, str]


class Hooks:
    """Runs the hooks of an operation, in the order that the definition settled."""

    def __init__(self, scripts: Scripts) -> None:
        self._scripts = scripts
        self._before = Kept(_seen_before)
        self._after = Kept(_seen_after)

    async def before(self, call: Call, request: VendorRequest, *, token: str | None) -> Hooked:
        """Run the hooks before the vendor call.

        Args:
            token: the instance's access token, which scripts find in `configuration`.

        Raises:
            ScriptFailed: a script threw, gave no answer or took too long; names hook and resource.
            VendorRefused: a script made the call an error.
        """
        run = _Run(call, request, token=token)
        is_api = call.operation.type in _API_TYPES
        for hook in call.operation.pre_hooks:
            answer, same = await self._answer(hook, run, self._before.of(hook), is_same_told=True)
            run.before(hook, answer, same, takes_configuration=not is_api)
            if run.is_answered:
                break
        return run.hooked()

    async def after(
        self, call: Call, request: VendorRequest, decoded: Decoded, *, token: str | None
    ) -> Hooked:
        """Run the hooks after the vendor call, also where it was skipped or failed.

        Raises:
            ScriptFailed, VendorRefused: as `before`.
        """
        run = _Run(call, request, token=token, decoded=decoded)
        for hook in call.operation.post_hooks:
            try:
                answer, _ = await self._answer(hook, run, self._after.of(hook), is_same_told=False)
            except InvalidRequest as exc:  # what is not for a script here is the vendor's
                raise VendorMalformed(exc.message) from exc
            run.after(hook, answer)
        return run.hooked()

    async def _answer(
        self, hook: Hook, run: "_Run", seen: tuple["_Seen", ...], *, is_same_told: bool
    ) -> tuple[Mapping[str, Any], frozenset[str]]:
        outcome = await self._scripts.run(
            ScriptCall(
                body=hook.body,
                variables=run.variables(seen),
                is_legacy=hook.is_legacy,
                place=_name(hook),
                is_same_told=is_same_told,
            )
        )
        value = outcome.value
        if value is None:
            return {}, frozenset()
        if not isinstance(value, dict):
            raise DefinitionError(f"The {_name(hook)} must end with an object, such as done({{}}).")
        return value, outcome.same_objects


class _Run:
    """A call between its scripts: what each of them sees and changes."""

    def __init__(
        self,
        call: Call,
        request: VendorRequest,
        *,
        token: str | None,
        decoded: Decoded | None = None,
    ) -> None:
        self._call = call
        self._request = request
        self._decoded = decoded
        self._token = token
        self._changed: dict[str, str] = {}
        self.is_answered = False

    def hooked(self) -> Hooked:
        """Return what came of it."""
        return Hooked(self._call, self._request, self._decoded, self._changed)

    def variables(self, seen: tuple["_Seen", ...]) -> dict[str, object]:
        """Return what a script sees, of what its text names."""
        return {name: value(self) for name, value in seen}

    @property
    def call(self) -> Call:
        """The call as it is now."""
        return self._call

    @property
    def request(self) -> VendorRequest:
        """The request to the vendor as it is now."""
        return self._request

    @property
    def decoded(self) -> Decoded:
        """The answer as it is now; a hook before the vendor call asks for none."""
        return self._decoded or Decoded(None, has_null=False)

    def before(
        self,
        hook: Hook,
        answer: Mapping[str, Any],
        same: frozenset[str],
        *,
        takes_configuration: bool,
    ) -> None:
        """Apply what a script before the vendor call answered."""
        self._refuse(answer)
        self._change_call(answer)
        self._request = _changed_request(hook, self._request, answer, same)
        if takes_configuration:
            self._configure(answer)
        if any(answer.get(key) is not None for key in _RESPONSE_KEYS):
            self._decoded = _changed_answer(hook, Decoded(None, has_null=False), answer)
            self.is_answered = True
        elif answer.get("continue") is False:
            self._decoded = Decoded(None, has_null=False)
            self.is_answered = True

    def after(self, hook: Hook, answer: Mapping[str, Any]) -> None:
        """Apply what a script after the vendor call answered."""
        self._refuse(answer)
        self._change_call(answer)
        self._configure(answer)
        if self._decoded is not None:
            self._decoded = _changed_answer(hook, self._decoded, answer)

    def _refuse(self, answer: Mapping[str, Any]) -> None:
        error = answer.get("response_error")
        if not error:
            return
        status = answer.get("response_status_code")
        if not isinstance(status, int | float) or not 400 <= status <= 599:
            status = 400
        message = answer.get("response_error_message")
        if not message:
            message = error if isinstance(error, str) else "The request was refused."
        raise VendorRefused(
            _text(message)[:1000],
            code="refused-by-hook",
            status=int(status),
            whose=Whose.CALLER if status < 500 else Whose.VENDOR,
            retryable=False,
        )

    def _change_call(self, answer: Mapping[str, Any]) -> None:
        parameters = answer.get("request_parameters")
        if isinstance(parameters, dict):
            query = {name: _text(value) for name, value in parameters.items() if value is not None}
            self._call = replace(self._call, query=query)
        body = answer.get("request_body")
        if body is not None:
            content = body.encode() if isinstance(body, str) else json_of(body)
            self._call = replace(
                self._call, request=replace(self._call.request, body=content, parts=())
            )

    def _configure(self, answer: Mapping[str, Any]) -> None:
        given = answer.get("configuration")
        if not isinstance(given, dict):
            return
        known = self.configuration()
        for name, value in given.items():
            if value is not None and known.get(name) != _text(value):
                self._changed[name] = _text(value)

    def configuration(self) -> dict[str, str]:
        """Return what scripts see of the instance's configuration."""
        resolved = self._call.resolved
        values = {
            entry.key: entry.default_value
            for entry in resolved.element.configuration
            if entry.default_value is not None
        }
        for key, value in resolved.instance.configuration.items():
            values[key] = value.reveal() if isinstance(value, Secret) else value
        if self._token is not None:
            values["oauth.user.token"] = self._token
        values.update(self._changed)
        return values


# -- what scripts see ------------------------------------------------------------------------------


def _client_text(run: _Run) -> str:
    return run.call.request.body.decode("utf-8", "replace")


def _client_headers(run: _Run) -> dict[str, str]:
    headers = run.call.request.headers
    return {name: value for name, value in headers.items() if name not in _HIDDEN_HEADERS}


def _vendor_url(run: _Run) -> str:
    path = run.request.path
    return path if path.startswith(("https://", "http://")) else run.request.base + path


def _previous_value(run: _Run) -> Any:
    return run.call.previous.value if run.call.previous else None


def _previous_headers(run: _Run) -> dict[str, str]:
    return _headers_shown(run.call.previous.headers if run.call.previous else {})


def _meta_data(run: _Run) -> dict[str, object]:
    resolved = run.call.resolved
    return {
        "elementKey": resolved.element.key,
        "elementId": resolved.element.id,
        "hub": resolved.element.hub,
        "instanceId": resolved.instance.id,
        "operationId": run.call.operation.operation_id,
    }


def _is_error(run: _Run) -> bool:
    return not 200 <= run.decoded.status <= 207


_Seen = tuple[str, Callable[[_Run], object]]
_ALWAYS: tuple[_Seen, ...] = (
    ("request_body", _client_text),
    ("request_body_map", lambda run: _client_map(run.call, _client_text(run))),
    ("request_vendor_body", lambda run: _body_shown(run.request.body)[0]),
    ("request_vendor_body_map", lambda run: _body_shown(run.request.body)[1]),
    ("request_headers", _client_headers),
    ("request_path", lambda run: run.call.request.path),
    (
        "request_path_variables",
        lambda run: {n: unquote(v) for n, v in run.call.path_values.items()},
    ),
    ("request_parameters", lambda run: dict(run.call.query)),
    ("request_method", lambda run: run.call.request.method),
    ("request_vendor_headers", lambda run: dict(run.request.headers)),
    ("request_vendor_parameters", lambda run: dict(run.request.query)),
    ("request_vendor_path", lambda run: run.request.path),
    ("request_vendor_method", lambda run: run.request.method),
    ("request_vendor_url", _vendor_url),
    ("request_expression", lambda run: list(run.call.selection.conditions)),
    ("request_previous_response", _previous_value),
    ("request_previous_response_headers", _previous_headers),
    ("object_name", lambda run: _object_name(run.call)),
    ("meta_data", _meta_data),
    ("configuration", _Run.configuration),
)
_AFTER: tuple[_Seen, ...] = (
    (
        "response_body",
        lambda run: None if isinstance(run.decoded.value, bytes) else run.decoded.value,
    ),
    ("response_headers", lambda run: _headers_shown(run.decoded.headers)),
    ("response_status_code", lambda run: run.decoded.status),
    ("response_iserror", _is_error),
    ("response_error", lambda run: _text(run.decoded.value) if _is_error(run) else None),
)


def _seen_before(hook: Hook) -> tuple[_Seen, ...]:
    return _named(hook, _ALWAYS)


def _seen_after(hook: Hook) -> tuple[_Seen, ...]:
    return _named(hook, _ALWAYS + _AFTER)


def _named(hook: Hook, rows: tuple[_Seen, ...]) -> tuple[_Seen, ...]:
    names = readable(hook.body, is_legacy=hook.is_legacy)
    return rows if names is None else tuple(row for row in rows if row[0] in names)


# -- what their answers do -------------------------------------------------------------------------


def _name(hook: Hook) -> str:
    return f"{hook.type} hook of {hook.place}"


def _changed_request(
    hook: Hook, request: VendorRequest, answer: Mapping[str, Any], same: frozenset[str]
) -> VendorRequest:
    headers = answer.get("request_vendor_headers")
    if isinstance(headers, dict):
        merged = _merged_headers(request, headers, is_final="request_vendor_headers" in same)
        request = replace(
            request,
            headers=tuple(merged.values()),
            has_authorization="authorization" in merged,
        )
    parameters = answer.get("request_vendor_parameters")
    if isinstance(parameters, dict):
        is_final = "request_vendor_parameters" in same
        query = {} if is_final else dict(request.query)
        for name, value in parameters.items():
            if value is None:
                query.pop(name, None)
            else:
                query[name] = [_text(v) for v in value] if isinstance(value, list) else _text(value)
        request = replace(request, query=query)
    if answer.get("request_vendor_body") is not None:
        request = replace(request, body=_new_body(request, answer["request_vendor_body"]))
    method = answer.get("request_vendor_method")
    if method is not None:
        if str(method).upper() not in _METHODS:
            raise DefinitionError(f"The {_name(hook)} asks for the method {str(method)[:20]!r}.")
        request = replace(request, method=str(method).upper())
    before = request.path
    path, url = answer.get("request_vendor_path"), answer.get("request_vendor_url")
    # A script that hands back what it was given changes nothing; a URL that it changed wins.
    if path is not None and str(path) != before:
        request = replace(request, path=quote(str(path), safe=_PATH_SAFE))
    shown = before if before.startswith("http") else request.base + before
    if url is not None and str(url) != shown:
        request = replace(request, path=quote(str(url), safe=_PATH_SAFE))
    return request


def _merged_headers(
    request: VendorRequest, given: Mapping[str, Any], *, is_final: bool
) -> dict[str, tuple[str, str]]:
    """Return headers by lower-case name; null deletes."""
    merged = {} if is_final else {name.lower(): (name, value) for name, value in request.headers}
    for name, value in given.items():
        if value is None:
            merged.pop(name.lower(), None)
        else:
            text = _text(value).replace("\r", "").replace("\n", "")
            merged[name.lower()] = (name, text)
    return merged


def _new_body(request: VendorRequest, value: Any) -> Body:
    was_form = request.body is not None and request.body.kind == "form"
    if isinstance(value, dict) and was_form:
        fields = {name: _text(part) for name, part in value.items() if part is not None}
        return Body("form", fields)
    if isinstance(value, str):
        return Body("text", value)
    return Body("json", value)


def _changed_answer(hook: Hook, decoded: Decoded, answer: Mapping[str, Any]) -> Decoded:
    if "response_body" in answer:
        value = answer["response_body"]
        if isinstance(value, str) and value.lstrip()[:1] in ("{", "["):
            value = _parsed(value)  # many a script gives JSON as text
        decoded = replace(decoded, value=value, has_null=True, content_type=None)
    status = answer.get("response_status_code")
    if status is not None:
        if not isinstance(status, int | float) or not 200 <= status <= 599:
            raise DefinitionError(f"The {_name(hook)} gives the status {str(status)[:20]!r}.")
        decoded = replace(decoded, status=int(status))
    headers = answer.get("response_headers")
    if isinstance(headers, dict):
        texts = {name: _text(value) for name, value in headers.items() if value is not None}
        lowered = {name.lower(): value for name, value in texts.items()}
        total = lowered.get("elements-total-count", "")
        decoded = replace(
            decoded,
            headers=texts,
            answer_headers=_merged_answer_headers(decoded, texts),
            # A script that pages by itself says so in the platform's own headers.
            cursor=lowered.get("elements-next-page-token") or decoded.cursor,
            total=int(total) if total.isdecimal() else decoded.total,
        )
    return decoded


def _merged_answer_headers(decoded: Decoded, texts: dict[str, str]) -> Headers:
    """Return what goes to the caller: what earlier scripts said, unless this one says otherwise."""
    new = added(_headers_shown(decoded.headers), texts)
    names = {name.lower() for name, _ in new}
    return (*(row for row in decoded.answer_headers if row[0].lower() not in names), *new)


def _body_shown(body: Body | None) -> tuple[str, object]:
    """Return a vendor body as text and as what it says."""
    if body is None or body.kind in ("multipart", "file"):
        return "", {}
    if body.kind == "json":
        return json_of(body.value).decode(), body.value
    if body.kind == "form":
        return urlencode(body.value), dict(body.value)
    value = body.value if isinstance(body.value, str) else body.value.decode("utf-8", "replace")
    return value, _parsed(value)


def _headers_shown(headers: Mapping[str, str]) -> dict[str, str]:
    # The client's names are a subclass of text, which the way into a script does not take.
    return {f"{name}": value for name, value in headers.items()}


def _client_map(call: Call, text: str) -> object:
    if call.request.parts:
        return {part.name: part.text for part in call.request.parts if part.filename is None}
    return _parsed(text) if text.strip() else {}


def _parsed(text: str) -> object:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text


def _object_name(call: Call) -> str:
    named = call.path_values.get("objectName")
    if named is not None:
        return unquote(named)
    return call.operation.path.strip("/").partition("/")[0]


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dict | list):
        return orjson.dumps(value).decode()
    return str(value)
