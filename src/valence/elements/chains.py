"""Chains of resources: `nextResource` names the link that follows, as `METHOD:/path`.

At most five links run, the first counted; a longer chain, a loop and a link that is not there are
faults, told to whoever calls the first link and to the author at the check."""

import re
from collections.abc import Mapping

from valence.elements.document import Json, hubless, rows

MOST_LINKS = 5
Links = Mapping[tuple[str, str], Json]
_PLACEHOLDER = re.compile(r"\{[^{}]*\}")
_LINK = re.compile(r"^\s*([A-Za-z]+)\s*:\s*(/\S*)\s*$")


def link_name(method: str, path: str) -> tuple[str, str]:
    """Return how a link is found: the verb, and the hub-less path with nameless placeholders."""
    return method.upper(), _PLACEHOLDER.sub("{}", hubless(path))


def links_of(document: Json) -> Links:
    """Return the resources of a document by how a link finds them; of two equal ones the later."""
    return {
        link_name(str(row.get("method")), str(row.get("path"))): row
        for row in rows(document["resources"])
    }


def followers(links: Links, resource: Json) -> tuple[list[Json], str | None]:
    """Return the resources that follow one, in order, and why they cannot run, or None."""
    found: list[Json] = []
    seen = {link_name(str(resource["method"]), str(resource["path"]))}
    current = resource
    while current.get("nextResource"):
        text = str(current["nextResource"])
        written = _LINK.match(text)
        if written is None:
            return [], f"nextResource {text!r} is not METHOD:/path"
        name = link_name(written[1], written[2])
        if name in seen:
            return [], f"the chain comes back to {written[1].upper()} {hubless(written[2])}"
        if len(found) + 1 == MOST_LINKS:
            return [], f"the chain has more than {MOST_LINKS} links"
        if name not in links:
            return [], f"nextResource {text} is not a resource of this element"
        seen.add(name)
        current = links[name]
        found.append(current)
    return found, None


def fault_of(links: Links, resource: Json) -> str | None:
    """Return why the chain that begins with a resource cannot run, or None: it can."""
    return followers(links, resource)[1]
