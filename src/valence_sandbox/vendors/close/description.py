"""Close as data: address, keys, quotas, the bodies of errors."""

from collections.abc import Mapping, Sequence

from valence_sandbox.answers import Answer
from valence_sandbox.checks import basic_key
from valence_sandbox.identifiers import lettered
from valence_sandbox.quotas import Quota, Standing
from valence_sandbox.refusals import Refusal
from valence_sandbox.vendor import Description
from valence_sandbox.vendors.close import activities, leads, settings
from valence_sandbox.vendors.close.objects import KEPT
from valence_sandbox.vendors.close.seed import plant, seed_contacts, seed_leads

_ORGANIZATIONS = tuple(lettered("orga_", length=43)("close", number) for number in (1, 2))
_HTML = "<!doctype html><title>{0}</title><h1>{0}</h1>"
_SENTENCES = {
    "unauthorized": "Unauthorized",
    "forbidden": "You do not have permission to do that.",
    "missing": "Empty query: Object matching query does not exist.",
    "unparsable": "The request contains invalid JSON.",
    "too-large": "The request is too large.",
    "failed": "Internal Server Error",
    "unavailable": "Service Unavailable",
}


def shape(refusal: Refusal) -> Answer:
    """Return Close's answer to a refusal: `error`, or `field-errors` with `errors`."""
    match refusal.kind:
        case "fields":
            return Answer(400, {"errors": [], "field-errors": refusal.details})
        case "no-route":
            return Answer(404, html=_HTML.format("Not Found"))
        case "method":
            return Answer(405, html=_HTML.format("Method Not Allowed"))
        case "throttled":
            return _throttled()
        case "unparsable" | "unauthorized":
            return Answer(refusal.status, {"error": _SENTENCES[refusal.kind]})
        case kind:
            return Answer(refusal.status, {"error": refusal.message or _SENTENCES.get(kind, kind)})


def _throttled() -> Answer:
    message = "API call count exceeded for this one second window"
    return Answer(429, {"error": {"message": message}})


def _told(at: Standing) -> Mapping[str, str]:
    # The standard of the Internet drafts: all in one header, the rest of the window in seconds.
    reset = max(0.001, (at.ends_ms - at.now_ms) / 1000)
    return {"RateLimit": f"limit={at.limit}, remaining={at.left}, reset={reset:.3f}"}


def _refused(at: Standing) -> Mapping[str, str]:
    return {"Retry-After": str(at.seconds_left)}


def _reads(method: str, _: Sequence[str]) -> bool:
    return method in ("GET", "HEAD")


def _writes(method: str, path: Sequence[str]) -> bool:
    return not _reads(method, path)


# Limits are kept per group of addresses and verbs; an organization has three times a key's. The
# header tells of the limit that is nearest, a key's.
_PER_KEY = 20
QUOTAS = {
    "organization-reads": Quota(_PER_KEY * 3, "second", per="account", covers=_reads,
                                refused=_refused),
    "organization-writes": Quota(_PER_KEY * 3, "second", per="account", covers=_writes,
                                 refused=_refused),
    "key-reads": Quota(_PER_KEY, "second", covers=_reads, headers=_told, refused=_refused),
    "key-writes": Quota(_PER_KEY, "second", covers=_writes, headers=_told, refused=_refused),
}  # fmt: skip

DESCRIPTION = Description(
    key="close",
    accounts=_ORGANIZATIONS,
    plant=plant,
    kept=KEPT,
    seeders={"lead": seed_leads, "contact": seed_contacts},
    routes={**leads.routes(), **activities.routes(), **settings.routes()},
    checks=(basic_key(),),
    shape=shape,
    keys={"api_sandbox.close": _ORGANIZATIONS[0], "api_other.close": _ORGANIZATIONS[1]},
    quotas=QUOTAS,
)
