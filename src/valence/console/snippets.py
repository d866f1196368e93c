"""Code a person can run, filled with real addresses; secrets are marks that the page reveals."""

from dataclasses import dataclass

MARKS = {"user": "{{user}}", "organization": "{{organization}}", "element": "{{element}}"}
_HEADER = f"User {MARKS['user']}, Organization {MARKS['organization']}, Element {MARKS['element']}"


@dataclass(frozen=True, slots=True)
class Snippet:
    """One language's code; `parts` alternate between text and the name of a secret."""

    language: str
    parts: tuple[str, ...]


def snippets(url: str) -> list[Snippet]:
    """Return curl, Python and JavaScript that read a list."""
    curl = f'curl "{url}" \\\n  -H "Authorization: {_HEADER}"'
    python = (
        "import json\nfrom urllib.request import Request, urlopen\n\n"
        f'request = Request(\n    "{url}",\n    headers={{"Authorization": "{_HEADER}"}},\n)\n'
        "print(json.load(urlopen(request)))"
    )
    javascript = (
        f'const response = await fetch("{url}", {{\n'
        f'  headers: {{ Authorization: "{_HEADER}" }},\n}});\nconsole.log(await response.json());'
    )
    return [
        Snippet("curl", _parts(curl)),
        Snippet("Python", _parts(python)),
        Snippet("JavaScript", _parts(javascript)),
    ]


def _parts(text: str) -> tuple[str, ...]:
    parts: list[str] = []
    while True:
        found = [(text.index(mark), name) for name, mark in MARKS.items() if mark in text]
        if not found:
            return (*parts, text)
        position, name = min(found)
        parts += [text[:position], name]
        text = text[position + len(MARKS[name]) :]
