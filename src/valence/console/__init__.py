"""The web console: server-rendered pages over the same services as the API.

Open `app.py` first. Everything that changes state is a form with a CSRF token and works without
script; the few modules in `static/` only add comfort. The room refuses inline script, foreign
origins and framing."""

from valence.console.app import create_console
from valence.console.services import ConsoleServices

__all__ = ["ConsoleServices", "create_console"]
