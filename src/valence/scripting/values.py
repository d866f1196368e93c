"""What goes to a script and what comes back."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from valence.domain import quick


@dataclass(frozen=True, slots=True)
class ScriptLimits:
    """What one script may use.

    `seconds` is the wall clock, kept by the kernel; `engine_seconds` is processor time, kept by the
    engine, which can tell where the script was. Waiting for the network counts in neither, but in
    `fetch_seconds`, over all requests of the script."""

    seconds: float = 0.5
    engine_seconds: float = 0.2
    memory_bytes: int = 64 * 1024 * 1024
    stack_bytes: int = 256 * 1024
    output_bytes: int = 8 * 1024 * 1024
    console_lines: int = 200
    console_characters: int = 2000
    effects: int = 20
    fetches: int = 10
    fetch_seconds: float = 30.0


@quick
@dataclass(frozen=True, slots=True)
class ScriptCall:
    """One run of one script.

    Args:
        body: the author's text, a function body.
        variables: what it sees as globals; JSON values, or `bytes` that are JSON already. A name
            with a dot is set on the variable before the dot, and JSON does not show it.
        is_legacy: the script ends with `return`, is not strict and may give nothing.
        place: for messages, such as `preRequest hook of GET /contacts`.
        keep: names of variables whose state after the script is told in the outcome.
        is_same_told: whether the outcome tells `same_objects`, which costs a little.
        seconds: another wall clock than the pool's; `engine_seconds` likewise.
        may_fetch: whether its requests are made, where the pool makes any.
    """

    body: str
    variables: Mapping[str, object] = field(repr=False)
    is_legacy: bool = False
    place: str = ""
    keep: tuple[str, ...] = ()
    is_same_told: bool = True
    seconds: float | None = None
    engine_seconds: float | None = None
    may_fetch: bool = True


@quick
@dataclass(frozen=True, slots=True)
class ScriptOutcome:
    """What a script did.

    `value` is what `done` or `return` gave, None when that was nothing. `same_objects` names the
    variables whose very object came back in `value` under its own name. `effects` are what the
    script asks to have done, such as `{"kind": "email", "to", "subject", "body"}`. `variables` are
    those that were to be kept."""

    value: object = field(repr=False)
    console: tuple[str, ...] = ()
    same_objects: frozenset[str] = frozenset()
    effects: tuple[Mapping[str, object], ...] = ()
    variables: Mapping[str, object] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class ScriptFetch:
    """A request that a script wants to have made; whoever makes it decides whether it may."""

    method: str
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = field(default=None, repr=False)
    timeout_seconds: float = 30.0


@dataclass(frozen=True, slots=True)
class ScriptFetched:
    """The answer to it, whatever the status."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


Fetch = Callable[[ScriptFetch], Awaitable[ScriptFetched]]
