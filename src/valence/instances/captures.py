"""What an element keeps of a token answer: values that belong to the instance, such as its site.

A definition says `captures: {base.url: "{instance_url}/services/data"}`: a configuration key, and a
text in which `{name}` is a field of the answer (dotted where it lies deeper) and
`{providerData.name}` what the vendor sent back with the code. A text of which a part is missing
changes nothing."""

from collections.abc import Mapping

from valence.domain import Element, Secret, fill_text
from valence.oauth import TokenSet

_BROUGHT = "providerData."


def captured(
    element: Element, tokens: TokenSet, given: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Return the configuration values that a token answer gives.

    Args:
        given: what came back with the code; only what a text asks for by name is used.
    """
    brought = given or {}

    def look_up(name: str) -> str | None:
        if name.startswith(_BROUGHT):
            return brought.get(name.removeprefix(_BROUGHT))
        return tokens.extra.get(name)

    found = {key: fill_text(text, look_up) for key, text in element.captures.items()}
    return {key: value for key, value in found.items() if value is not None}


def changed(values: Mapping[str, str], configuration: Mapping[str, str | Secret]) -> dict[str, str]:
    """Return the values that an instance does not have yet."""

    def known(key: str) -> str | None:
        value = configuration.get(key)
        return value.reveal() if isinstance(value, Secret) else value

    return {key: value for key, value in values.items() if known(key) != value}
