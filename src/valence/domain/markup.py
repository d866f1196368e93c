"""Names and tags lose HTML tags and keep the text between them.

Stripping uses the standard library's HTML parser, not a pattern. `@` and other ordinary characters
stay; white space at the ends goes.
"""

from html.parser import HTMLParser


class _TextOnly(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def strip_markup(text: str) -> str:
    """Return the text with every HTML tag removed and its content kept."""
    if "<" not in text:
        return text.strip()
    parser = _TextOnly()
    parser.feed(text)
    parser.close()
    return "".join(parser.parts).strip()
