"""A call as the worker reads it, and the worker's answer as an outcome or an error."""

import json
import struct
from typing import Any

import orjson

from valence.domain import InvalidRequest, ScriptFailed
from valence.scripting.names import readable
from valence.scripting.values import ScriptCall, ScriptLimits, ScriptOutcome

_TEXT_CHARACTERS = 500
_MEGABYTE = 1024 * 1024


def encode(call: ScriptCall, limits: ScriptLimits) -> tuple[bytes, bytes, bytes]:
    """Return the parts of the frame: header length, header, variables; each encoded once.

    Variables that the script cannot read are not sent.

    Raises:
        InvalidRequest: a variable is nested too deeply to be written as JSON, or holds a number
            that is too large for it.
    """
    reads = readable(call.body, is_legacy=call.is_legacy)
    variables: dict[str, object] = {}
    is_placed = False  # some are not simply globals
    for name, value in call.variables.items():
        owner, dot, _ = name.partition(".")
        if reads is None or owner in reads or owner in call.keep:
            variables[name] = orjson.Fragment(value) if isinstance(value, bytes) else value
            is_placed = is_placed or bool(dot) or name == "__proto__"
    header = orjson.dumps(
        {
            "body": call.body,
            "is_legacy": call.is_legacy,
            "is_placed": is_placed,
            "is_same_told": call.is_same_told,
            "keep": call.keep,
            "seconds": call.seconds or limits.seconds,
            "engine_seconds": call.engine_seconds or limits.engine_seconds,
        }
    )
    try:
        return struct.pack(">I", len(header)), header, orjson.dumps(variables)
    except orjson.JSONEncodeError as exc:
        if "not JSON serializable" in str(exc):
            raise  # a value of no JSON type is a defect of ours, not of what was sent
        raise InvalidRequest(
            f"What the {call.place or 'script'} is given is nested too deeply, or holds a number"
            " of more than 64 bits.",
            code="bad-body",
        ) from exc


def outcome(payload: bytes, call: ScriptCall, limits: ScriptLimits) -> ScriptOutcome:
    """Return what the worker's answer says.

    The answer was made inside the script's own context, where it may have altered what it likes:
    the form is checked before it is believed.

    Raises:
        ScriptFailed: the script failed, or left an answer that cannot be read.
    """
    told = _read(payload)
    if told is None:
        raise failed("script-failed", call, limits, text="its answer cannot be read")
    console = tuple(told["console"])
    if "error" in told:
        raise failed(**told["error"], call=call, limits=limits, console=console)
    return ScriptOutcome(
        value=told["value"],
        console=console,
        same_objects=frozenset(told["same"]),
        effects=tuple(told["effects"]),
        variables=told["kept"],
    )


def failed(
    code: str,
    call: ScriptCall,
    limits: ScriptLimits,
    *,
    text: str | None = None,
    line: int | None = None,
    column: int | None = None,
    is_output: bool = False,
    console: tuple[str, ...] = (),
) -> ScriptFailed:
    """Return the error for one end of a script, as a sentence for its author."""
    lines = call.body.split("\n")
    if line is not None and line > len(lines):  # what is not closed is found after the end
        line, column = len(lines), len(lines[-1]) + 1
    subject = f"The {call.place or 'script'}"
    where = f" at line {line}, column {column}" if line is not None else ""
    short = (text or "").strip()[:_TEXT_CHARACTERS]
    if code == "script-timeout":
        wall = call.seconds or limits.seconds
        engine = call.engine_seconds or limits.engine_seconds
        message = (
            f"did not finish in time{where}: it has {engine:g} s of processor time, "
            f"{wall:g} s in all"
        )
    elif is_output:
        message = f"gave an answer larger than {limits.output_bytes / _MEGABYTE:g} MB"
    elif code == "script-memory":
        message = f"ran out of memory{where}: it has {limits.memory_bytes / _MEGABYTE:g} MB"
    elif code == "script-no-answer":
        message = (
            "ended without calling done(); a promise that was rejected and that nobody awaits "
            "ends a script like this, too"
        )
    else:
        message = f"failed{where}: {short}"
    return ScriptFailed(
        f"{subject} {message}.",
        code=code,
        text=short or None,
        line=line,
        column=column,
        console=console,
    )


def _read(payload: bytes) -> dict[str, Any] | None:
    try:
        told = orjson.loads(payload)
    except orjson.JSONDecodeError:
        told = _read_leniently(payload)
    if not isinstance(told, dict) or not _is_texts(told.get("console")):
        return None
    if "error" in told:
        return told
    is_whole = (
        "value" in told
        and _is_texts(told.get("same"))
        and isinstance(told.get("kept"), dict)
        and isinstance(told.get("effects"), list)
        and all(isinstance(effect, dict) for effect in told["effects"])
    )
    return told if is_whole else None


def _read_leniently(payload: bytes) -> object:
    """Read what JavaScript may write and JSON readers refuse: half a surrogate pair."""
    try:
        return _whole_text(json.loads(payload))
    except (ValueError, RecursionError):
        return None


def _whole_text(value: object) -> object:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_whole_text(item) for item in value]
    if isinstance(value, dict):
        return {str(_whole_text(key)): _whole_text(item) for key, item in value.items()}
    return value


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)
