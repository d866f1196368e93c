"""Where a form of the console may lead: to us, and to where an element's owner consents."""

from urllib.parse import urlsplit

from valence.domain import Element


def form_targets(element: Element) -> tuple[str, ...]:
    """Return the sources of `form-action` for an element's authorization address.

    A host that a tenant's configuration fills is any below what the definition names; where the
    definition names none, any. Source: Content Security Policy Level 3, host-source."""
    template = element.default("oauth.authorization.url") or ""
    if not template:
        return ()
    scheme, mark, rest = template.partition("://")
    if not mark:
        return ("https:",)
    host = rest.partition("/")[0].partition("?")[0]
    if "{" not in host:
        parts = urlsplit(template)
        return (f"{parts.scheme}://{parts.netloc}",) if parts.netloc else ()
    end = host.rpartition("}")[2]
    return (f"{scheme}://*{end}",) if end.startswith(".") else (f"{scheme}:",)
