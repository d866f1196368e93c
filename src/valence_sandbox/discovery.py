"""Which vendors there are: every package in `vendors/` that has a `DESCRIPTION`."""

from importlib import import_module
from pkgutil import iter_modules

from valence_sandbox import vendors
from valence_sandbox.vendor import Description


def descriptions() -> list[Description]:
    """Return the vendors' descriptions, in order of their folders."""
    found = []
    for row in iter_modules(vendors.__path__, vendors.__name__ + "."):
        description = getattr(import_module(row.name), "DESCRIPTION", None)
        if isinstance(description, Description):
            found.append(description)
    return found
