"""Code a person can run, filled with real addresses; secrets are marks that the page reveals."""

import json
from dataclasses import dataclass
from typing import Any

MARKS = {"user": "{{user}}", "organization": "{{organization}}", "element": "{{element}}"}
_CALLER = f"User {MARKS['user']}, Organization {MARKS['organization']}"


@dataclass(frozen=True, slots=True)
class Snippet:
    """One language's code; `parts` alternate between text and the name of a secret."""

    language: str
    parts: tuple[str, ...]


def snippets(
    url: str, method: str = "GET", *, body: Any = None, has_element: bool = True
) -> list[Snippet]:
    """Return curl, Python and JavaScript that make a call.

    Args:
        body: what is sent as JSON, if anything.
        has_element: name the instance by its token.
    """
    header = _CALLER + (f", Element {MARKS['element']}" if has_element else "")
    text = None if body is None else json.dumps(body, indent=2, ensure_ascii=False)
    return [
        Snippet("curl", _parts(_curl(url, method, header, text))),
        Snippet("Python", _parts(_python(url, method, header, body))),
        Snippet("JavaScript", _parts(_javascript(url, method, header, text))),
    ]


def _curl(url: str, method: str, header: str, text: str | None) -> str:
    verb = "" if method == "GET" else f" -X {method}"
    code = f'curl{verb} "{_quoted(url)}" \\\n  -H "Authorization: {header}"'
    if text is not None:
        single = text.replace("'", "'\\''")
        code += f" \\\n  -H \"Content-Type: application/json\" \\\n  -d '{single}'"
    return code


def _python(url: str, method: str, header: str, body: Any) -> str:
    lines = ["import json", "from urllib.request import Request, urlopen", ""]
    lines += ["request = Request(", f"    {json.dumps(url)},"]
    headers = f'{{"Authorization": "{header}"}}'
    if body is not None:
        lines.append(f"    data=json.dumps({body!r}).encode(),")
        headers = f'{{"Authorization": "{header}", "Content-Type": "application/json"}}'
    lines.append(f"    headers={headers},")
    if method != "GET":
        lines.append(f'    method="{method}",')
    return "\n".join([*lines, ")", "print(json.load(urlopen(request)))"])


def _javascript(url: str, method: str, header: str, text: str | None) -> str:
    lines = [f"const response = await fetch({json.dumps(url)}, {{"]
    if method != "GET":
        lines.append(f'  method: "{method}",')
    if text is None:
        lines.append(f'  headers: {{ Authorization: "{header}" }},')
    else:
        lines += [
            "  headers: {",
            f'    Authorization: "{header}",',
            '    "Content-Type": "application/json",',
            "  },",
            "  body: JSON.stringify(" + text.replace("\n", "\n  ") + "),",
        ]
    return "\n".join([*lines, "});", "console.log(await response.json());"])


def _quoted(url: str) -> str:
    """Return an address inside double quotes of a shell: nothing in it is run."""
    for letter in ("\\", '"', "$", "`"):
        url = url.replace(letter, f"\\{letter}")
    return url


def _parts(text: str) -> tuple[str, ...]:
    parts: list[str] = []
    while True:
        found = [(text.index(mark), name) for name, mark in MARKS.items() if mark in text]
        if not found:
            return (*parts, text)
        position, name = min(found)
        parts += [text[:position], name]
        text = text[position + len(MARKS[name]) :]
