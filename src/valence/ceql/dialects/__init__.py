"""How a CEQL expression is said to a vendor, one file a dialect.

A file has one public function, `translate(expression, rule)`; the file's name with hyphens is the
dialect's name in a definition. Where whole statements are written in its language, the file has
`quoted(text)` as well."""

import importlib
import pkgutil
from functools import cache
from typing import cast

from valence.ceql.translated import Dialect
from valence.domain import DefinitionError


@cache
def dialect(name: str) -> Dialect:
    """Return the dialect of that name.

    Raises:
        DefinitionError: there is none; the message names those there are.
    """
    known = dialect_names()
    if name not in known:
        raise DefinitionError(f"There is no filter dialect {name!r}; there are {', '.join(known)}.")
    module = importlib.import_module(f"{__name__}.{name.replace('-', '_')}")
    return cast(Dialect, module.translate)


STATEMENT_LANGUAGES = frozenset({"soql"})
"""The dialects in whose language a definition can write statements."""


def quoted_text(language: str, text: str) -> str:
    """Return a text as a statement of a language holds it."""
    module = importlib.import_module(f"{__name__}.{language.replace('-', '_')}")
    return cast(str, module.quoted(text))


def dialect_names() -> tuple[str, ...]:
    """Return the names of all dialects."""
    return tuple(sorted(m.name.replace("_", "-") for m in pkgutil.iter_modules(__path__)))
