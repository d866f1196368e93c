"""Where the form that sends an owner to the vendor may lead, for the page's policy."""

from urllib.parse import urlsplit

from valence.domain import Element


def consent_targets(element: Element) -> tuple[str, ...]:
    """Return the origins that an element's consent may be on.

    Where the vendor has a host for each tenant it is known only when the form is sent: then it may
    be any that is reached by https.
    """
    address = urlsplit(element.default("oauth.authorization.url") or "")
    if not address.netloc:
        return ()
    return ("https:",) if "{" in address.netloc else (f"{address.scheme}://{address.netloc}",)
