"""Close, API v1: leads with all that hangs on them, under an API key.

Source: https://developer.close.com/, the framework of its authors (flask-mongorest), and answers of
the live service that clients have published. Open `description.py` first: addresses, quotas, the
bodies of errors. `objects.py` says what may be written and what is shown, `served.py` plays it;
`search.py` is the language of `query`, `activities.py` what happened on a lead."""

from valence_sandbox.vendors.close.description import DESCRIPTION

__all__ = ["DESCRIPTION"]
