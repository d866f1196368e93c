"""The same verbs at a terminal.

Open `main.py` first; every verb is a file in `commands/`, and imports what it needs when it runs,
so that `valence --help` is quick. An error is one sentence on standard error and an exit code: 1
for a failure, 2 for a bad setting or option."""

from valence.cli.main import main

__all__ = ["main"]
