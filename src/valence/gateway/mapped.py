"""The caller's own objects: which of them a call is about, and what they are to the vendor.

`routed` and `plan_of` say how a path and an operation meet what is mapped; `translated` puts a
query into the vendor's names; `Mapper` turns bodies and answers, and runs the scripts of a
transformation, all records of a page in one go. A script that fails changes nothing: the mapped
object stands, and `Elements-Error` says why.

Source: the wire contract on transformations."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol
from urllib.parse import quote, unquote

import orjson

from valence.domain import Element, InvalidRequest, Operation, ScriptFailed
from valence.elements import document_of, object_names, vendor_name
from valence.gateway.values import Call, Decoded, Gathered, Kept, Record, Resolved, json_of
from valence.scripting import ScriptCall, ScriptOutcome, readable
from valence.transformations import Given, Plan, Script, provenance_of

WRITING = frozenset({"POST", "PUT", "PATCH"})
SCRIPT_SECONDS = 5.0
"""For all records of a page; of that the engine may compute for nearly all."""
ENGINE_SECONDS = 4.5
LONGEST_WARNING = 500
# The words of `_SCRIPT` and of the page that lead to originals.
_ORIGINALS = frozenset({"originalObject", "$original", "pageOfRecords"})
# A script without these has said all when its text has run; others may call `done` later.
_LATE = re.compile(r"setTimeout|Promise|then|async|require")


@dataclass(frozen=True, slots=True)
class Made:
    """What a plan made: the value, why a script was ignored, and, where that was asked for, where
    the value's fields are from."""

    value: Any
    warning: str | None = None
    provenance: str | None = None


class Scripts(Protocol):
    """Runs scripts; `ScriptPool` is one."""

    async def run(self, call: ScriptCall) -> ScriptOutcome:
        """Run one script. Raises ScriptFailed."""


class Router:
    """Finds the object that a path is about."""

    def __init__(self) -> None:
        self._targets = Kept(_targets, most=1000)

    def routed(self, resolved: Resolved, path: str) -> tuple[str, Plan | None]:
        """Return the path of the resource behind a path, and how its first object is mapped.

        An object with the name of a resource keeps that resource's path; another takes the place
        of what it is mapped to: a resource, an object of `/{objectName}`, the resource of the
        vendor's object, or a child collection by the names on its way (`listsContacts` is
        `/lists/{id}/contacts`), which the values of its path follow.
        """
        parts = path.split("/")
        place = 3 if len(parts) > 3 and parts[1] == "hubs" else 1
        if place >= len(parts):
            return path, None
        plan = resolved.mapped.plan(unquote(parts[place]))
        if plan is None:
            return path, None
        targets = self._targets.of(resolved.element)
        wanted = plan.transformation.vendor_name
        child = targets.children.get(wanted)
        if not targets.firsts.isdisjoint((parts[place], wanted)) or child is None:
            parts[place] = self.resource(resolved.element, parts[place], vendor_name=wanted)
            return "/".join(parts), plan
        parts[place:] = _filled(child, parts[place + 1 :])
        return "/".join(parts), plan

    def resource(self, element: Element, segment: str, *, vendor_name: str) -> str:
        """Return the path's segment of the resource behind an object that is mapped."""
        targets = self._targets.of(element)
        if segment in targets.firsts:
            return segment
        if vendor_name not in targets.firsts and not targets.is_dynamic:
            vendor_name = targets.by_vendor.get(vendor_name.casefold(), vendor_name)
        return quote(vendor_name, safe="")


def plan_of(resolved: Resolved, operation: Operation, first: Plan | None) -> Plan | None:
    """Return how the records of an operation are mapped.

    Args:
        first: how the object of the path's first segment is; that of a child collection counts for
            its own records, by its last name.
    """
    parts = operation.path.strip("/").split("/")
    if len(parts) == 1 or (len(parts) == 2 and parts[1].startswith("{")):
        return first
    if first is not None and _child_name(parts) == first.transformation.vendor_name:
        return first
    names = [part for part in parts if not part.startswith("{")]
    return resolved.mapped.plan(names[-1]) if names else None


def translated(plan: Plan, query: Mapping[str, str]) -> dict[str, str]:
    """Return a query with `where`, `orderBy` and `fields` in the vendor's names.

    Raises:
        InvalidRequest: one of them cannot be read, or names what no query can.
    """
    found = dict(query)
    names = plan.names
    for name, act in (
        ("where", names.where),
        ("orderBy", names.order_by),
        ("fields", names.fields),
    ):
        text = query.get(name)
        if text and text.strip():
            found[name] = act(text)
    return found


class Mapper:
    """Turns bodies to the vendor's shape and answers to the caller's."""

    def __init__(self, scripts: Scripts) -> None:
        self._scripts = scripts

    async def body(self, call: Call) -> Call:
        """Return a call whose JSON body is the vendor's; a body that is none is left for others."""
        plan, request = call.plan, call.request
        if plan is None or request.method not in WRITING or not request.body.strip():
            return call
        try:
            given = orjson.loads(request.body)
        except orjson.JSONDecodeError:
            return call
        made = await self.write(plan, given, method=request.method)
        changed = replace(request, body=json_of(made.value))
        return replace(call, request=changed, warning=made.warning)

    async def answer(self, call: Call, decoded: Decoded) -> tuple[Call, Decoded]:
        """Return an answer of one value in the caller's shape; a file stays."""
        plan, value = call.plan, decoded.value
        if plan is None or decoded.content_type is not None or not value:
            return call, decoded
        records = value if isinstance(value, list) else [value]
        made = await self.read(plan, records, asks_provenance=call.asks_provenance)
        shown = made.value
        if not isinstance(value, list):
            shown = shown[0] if shown else {}
        return _told(call, made), replace(decoded, value=shown)

    async def page(self, call: Call, gathered: Gathered) -> tuple[Call, Gathered]:
        """Return the records of a page in the caller's shape."""
        if call.plan is None:
            return call, gathered
        made = await self.read(call.plan, gathered.records, asks_provenance=call.asks_provenance)
        return _told(call, made), replace(gathered, records=made.value)

    async def read(
        self, plan: Plan, records: list[Record], *, asks_provenance: bool = False
    ) -> Made:
        """Return records as the caller sees them."""
        made = [plan.read(record) for record in records]
        warning, given = None, Given()
        if plan.transformation.scripts and made:
            made, warning, given = await self._scripted(
                plan, records, made, is_read=True, is_watched=asks_provenance
            )
            if plan.transformation.scripts[-1].drops_empty:
                made = [one for one in made if one != {}]
        if not asks_provenance:
            return Made(made, warning)
        return Made(made, warning, provenance_of(plan.transformation, given, is_read=True))

    async def write(
        self, plan: Plan, body: Any, *, method: str, asks_provenance: bool = False
    ) -> Made:
        """Return a body as the vendor takes it."""
        act = plan.create if method == "POST" else plan.write
        bodies = body if isinstance(body, list) else [body]
        made = [act(one) for one in bodies]
        warning, given = None, Given()
        if plan.transformation.scripts:
            made, warning, given = await self._scripted(
                plan, bodies, made, is_read=False, is_watched=asks_provenance
            )
        value = made if isinstance(body, list) else made[0]
        if not asks_provenance:
            return Made(value, warning)
        return Made(value, warning, provenance_of(plan.transformation, given, is_read=False))

    async def _scripted(
        self,
        plan: Plan,
        before: list[Any],
        after: list[Any],
        *,
        is_read: bool,
        is_watched: bool,
    ) -> tuple[list[Any], str | None, Given]:
        name, scripts = plan.transformation.name, plan.transformation.scripts
        page = _page_script(plan, is_watched=is_watched)
        if not any(_reads_originals(script) for script in scripts):
            before = [None] * len(after)  # half of what would be written and read for nothing
        try:
            outcome = await self._scripts.run(
                ScriptCall(
                    body=page,
                    variables={
                        "pageOfRecords": list(map(list, zip(before, after, strict=True))),
                        "isFromVendor": is_read,
                    },
                    is_legacy=_is_legacy(plan),
                    place=f"transformation {name}",
                    is_same_told=False,
                    seconds=SCRIPT_SECONDS,
                    engine_seconds=ENGINE_SECONDS,
                    may_fetch=False,
                )
            )
        except ScriptFailed as exc:
            text = _located(exc.text, exc.line, page, plan) if exc.text else exc.message
            return after, _ignored(name, text), Given()
        except InvalidRequest as exc:
            if not is_read:
                raise
            return after, _ignored(name, exc.message), Given()  # the vendor's record, not a body
        found = _results(outcome.value, after)
        if found is None:
            return after, _ignored(name, "it answered in the place of the whole page"), Given()
        made, errors = found
        texts = [_located(text, line, page, plan) for text, line in errors]
        warning = _ignored(name, *texts) if texts else None
        return made, warning, _given(outcome.value, plan)


def _reads_originals(script: Script) -> bool:
    """Tell whether a script can come by the original of its record, or of another."""
    names = readable(script.body, is_legacy=script.is_legacy)
    return names is None or not names.isdisjoint(_ORIGINALS)


def _results(told: Any, after: list[Any]) -> tuple[list[Any], list[tuple[str, int | None]]] | None:
    """Return the records that scripts made, and the errors of those that failed with their lines.

    None: a script reached around its record, and what was told is not ours.
    """
    match told:
        case {"made": list(made), "errors": list(errors)} if len(made) <= len(after):
            pass
        case _:
            return None
    failed: dict[int, tuple[str, int | None]] = {}
    for error in errors:
        match error:
            case [int(place), str(text), int() | None as line]:
                failed[place] = (text, line)
            case _:
                return None
    if any(place not in failed for place in range(len(made), len(after))):
        return None
    # What a script had changed before it failed is no result: the mapped object stands.
    records = [one if place in failed else made[place] for place, one in enumerate(after)]
    return records, list(failed.values())


def _located(text: str, line: int | None, page: str, plan: Plan) -> str:
    """Return an error with the line of the author's script, where it comes from one.

    Args:
        line: of the script that was run; an author's begins after each line of `_BEGIN`.
    """
    if line is None:
        return text
    scripts = plan.transformation.scripts
    lines = page.split("\n")
    begins = [at for at, one in enumerate(lines) if one.endswith(_BEGIN)]
    for begin, script in zip(begins, scripts, strict=False):
        own = line - begin - 1
        if 1 <= own <= script.body.count("\n") + 1:
            whose = f" of the {script.level}'s" if len(scripts) > 1 else ""
            return f"{text} (line {own}{whose})"
    return text


def _given(told: Any, plan: Plan) -> Given:
    """Return what scripts gave, with the level of each; what is told otherwise is not ours."""
    scripts = plan.transformation.scripts
    match told:
        case {"given": dict(given)}:
            pass
        case _:
            return Given()
    return Given(
        (path, scripts[at].level)
        for path, at in given.items()
        if isinstance(path, str) and type(at) is int and 0 <= at < len(scripts)
    )


@dataclass(frozen=True, slots=True)
class _Targets:
    """What an element has to map to: the first names of its paths, whether any other works as
    well, its objects by the vendor's names, and the ways to child collections by their names."""

    firsts: frozenset[str]
    is_dynamic: bool
    by_vendor: Mapping[str, str]
    children: Mapping[str, tuple[str, ...]]


def _targets(element: Element) -> _Targets:
    firsts = {operation.path.strip("/").partition("/")[0] for operation in element.operations}
    document = document_of(element)
    by_vendor: dict[str, str] = {}
    for name in object_names(document):
        if name in firsts:
            by_vendor.setdefault(vendor_name(document, name).casefold(), name)
    children: dict[str, tuple[str, ...]] = {}
    for operation in element.operations:
        parts = operation.path.strip("/").split("/")
        while parts and parts[-1].startswith("{"):
            parts.pop()
        if len(parts) > 1 and not parts[0].startswith("{"):
            children.setdefault(_child_name(parts), tuple(parts))
    return _Targets(
        frozenset(first for first in firsts if not first.startswith("{")),
        any(first.startswith("{") for first in firsts),
        by_vendor,
        children,
    )


def _child_name(parts: Sequence[str]) -> str:
    """Return the name of a collection below others: theirs and its own, written as one word."""
    first, *rest = [part for part in parts if not part.startswith("{")] or [""]
    return first + "".join(one[:1].upper() + one[1:] for one in rest)


def _filled(template: Sequence[str], values: Sequence[str]) -> list[str]:
    """Return a way with values in its open places, in their order, and the rest after it."""
    left = list(values)
    found = [left.pop(0) if part.startswith("{") and left else part for part in template]
    return [*found, *left]


def _told(call: Call, made: Made) -> Call:
    if made.provenance is not None:
        call = replace(call, provenance=made.provenance)
    if made.warning is None:
        return call
    text = made.warning
    return replace(call, warning=f"{call.warning} {text}" if call.warning else text)


def _ignored(name: str, *errors: str) -> str:
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    text = f"The script of the transformation {name} failed and was ignored: {errors[0]}{more}"
    return " ".join(text.split())[:LONGEST_WARNING]


def _is_legacy(plan: Plan) -> bool:
    """Tell whether the first engine runs the scripts: where all are written for it."""
    return all(script.is_legacy for script in plan.transformation.scripts)


def _page_script(plan: Plan, *, is_watched: bool) -> str:
    """Return one script that runs a transformation's scripts on every record of a page.

    The author's text stands in functions of its own, in which what it may not assign is constant;
    what it throws is told beside the records, of which the one before it stands. Where scripts are
    watched, `given` tells which of them gave or changed a field last.
    """
    scripts = plan.transformation.scripts
    kind, page, step = "async ", _PAGE, _STEP
    is_legacy = _is_legacy(plan)
    if is_legacy:
        kind, page, step = "", _LEGACY, _LEGACY_STEP
    if is_watched:
        page = _WATCH + page.replace("{ made, errors }", "{ made, errors, given }")
    page = page.replace("STEPS", (_WATCHED_STEPS if is_watched else _STEPS).replace("STEP", step))
    texts = ",".join(
        _AMONG_NEWER.replace("SCRIPT", _SCRIPT.replace("KIND ", "").replace("BODY", script.body))
        if script.is_legacy and not is_legacy
        else _SCRIPT.replace("KIND ", kind).replace("BODY", script.body)
        for script in scripts
    )
    is_late = any(_LATE.search(script.body) for script in scripts)
    page = page.replace("ABOVE", str(page[: page.index("const here")].count("\n")))
    return page.replace("LATER", _FALLBACK if is_late else _AT_ONCE).replace("SCRIPTS", texts)


_BEGIN = "/* what follows is the author's */"
_SCRIPT = f"""($original, $mapped, $from, $done) => {{
const originalObject = $original, transformedObject = $mapped, fromVendor = $from, done = $done;
return (KIND function () {{ {_BEGIN}
BODY
}})();
}}"""
# A script of the first engine that another level's script of the second follows, or is followed by.
_AMONG_NEWER = """async (original, mapped, from, done) => {
const value = (SCRIPT)(original, mapped, from, (given) => given);
done(value === undefined ? mapped : value);
}"""
# Stacks count lines of what the engine was given, in which this text stands somewhere below: the
# line of `here` is known, and others are counted from it.
_TOLD = """const here = Number(/<input>:(\\d+)/.exec(new Error().stack)?.[1]) - 1;
const errors = [], made = [], scripts = [SCRIPTS];
const tell = (place, error) => {
  const text = error && error.message ? `${error.name}: ${error.message}` : String(error);
  const line = Number(/<input>:(\\d+)/.exec(error && error.stack)?.[1]) - here + ABOVE;
  errors.push([place, text.slice(0, 500), line > 0 ? line : null]);
};
"""
_STEP = "mapped = await run(script, original, mapped);"
_LEGACY_STEP = """const value = script(original, mapped, isFromVendor, (given) => given);
      if (value !== undefined) mapped = value === null ? {} : value;"""
_STEPS = """for (const script of scripts) {
      STEP
    }"""
_WATCHED_STEPS = """const changed = {};
    for (const [at, script] of scripts.entries()) {
      const before = leaves(mapped);
      STEP
      note(changed, before, leaves(mapped), at);
    }
    Object.assign(given, changed);"""
# Objects are walked, lists are one value.
_WATCH = """const given = {};
const leaves = (value, path = "", found = new Map()) => {
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    if (path) found.set(path, JSON.stringify(value));
  } else {
    for (const [name, part] of Object.entries(value)) {
      leaves(part, path ? `${path}.${name}` : name, found);
    }
  }
  return found;
};
const note = (changed, before, after, at) => {
  for (const [path, text] of after) if (before.get(path) !== text) changed[path] = at;
};
"""
_PAGE = (
    """const finish = done;
"""
    + _TOLD
    + """const run = (script, original, mapped) => new Promise((resolve, reject) => {
  const settle = (value) => resolve(value === undefined || value === null ? {} : value);
  const ended = () => LATER;
  script(original, mapped, isFromVendor, settle).then(ended, reject);
});
await Promise.all(pageOfRecords.map(async ([original, mapped], place) => {
  try {
    STEPS
    made[place] = mapped;
  } catch (error) {
    tell(place, error);
  }
}));
finish({ made, errors });
"""
)
# The clock of scripts does not run: what waits longest comes when nothing else is left.
_FALLBACK = "setTimeout(() => resolve(mapped), 3600000)"
_AT_ONCE = "resolve(mapped)"
_LEGACY = (
    _TOLD
    + """pageOfRecords.forEach(([original, mapped], place) => {
  try {
    STEPS
    made[place] = mapped;
  } catch (error) {
    tell(place, error);
  }
});
return { made, errors };
"""
)
