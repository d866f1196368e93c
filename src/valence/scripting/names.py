"""Which globals a script can read, told from its text."""

import re
from functools import lru_cache

from valence.scripting.worker import is_reflective

_NAME = re.compile(r"[\w$]+")


@lru_cache(maxsize=512)
def readable(body: str, *, is_legacy: bool) -> frozenset[str] | None:
    """Return the names of the globals that a script can read, and more; None: any.

    Every word of the text is one, those of comments and strings included. A script that can come by
    the global object, or by a name made at run time, may read any.
    """
    if is_reflective(body, is_legacy=is_legacy):
        return None
    return frozenset(_NAME.findall(body))
