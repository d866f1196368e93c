"""JavaScript of element definitions, run where it can reach nothing.

Open `pool.py` first: it keeps the worker processes and gives them calls. `worker.py` is what runs
in such a process, `prelude.js` and `library/` are what a script finds there. The room runs texts on
values and refuses to know what a hook, a formula or a transformation is; a script's requests are
made by a callable from above, never here."""

from valence.domain import ScriptFailed
from valence.scripting.names import readable
from valence.scripting.pool import ScriptPool
from valence.scripting.values import (
    Fetch,
    ScriptCall,
    ScriptFetch,
    ScriptFetched,
    ScriptLimits,
    ScriptOutcome,
)

__all__ = [
    "Fetch",
    "ScriptCall",
    "ScriptFailed",
    "ScriptFetch",
    "ScriptFetched",
    "ScriptLimits",
    "ScriptOutcome",
    "ScriptPool",
    "readable",
]
