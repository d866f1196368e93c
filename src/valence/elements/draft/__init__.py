"""A first definition from a vendor's OpenAPI description: `describe.py` reads it, `guess.py` makes
the definition of it, `write.py` the file."""

from valence.elements.draft.describe import BadDescription, Description
from valence.elements.draft.guess import Draft, draft
from valence.elements.draft.write import as_file

__all__ = ["BadDescription", "Description", "Draft", "as_file", "draft"]
