"""What one call costs on its way through: Valence against nginx, in front of the same vendor.

Valence does what it does for every caller: authenticates, finds the instance and its token, builds
the vendor's request, reads the JSON answer, drops nulls, pages, writes it out, and remembers the
call. nginx forwards the same answer."""

from dataclasses import dataclass
from urllib.parse import quote

from benchmarks.captured import CONTACT, FOUND, Captured, captured, page
from benchmarks.hub import Connected, connected
from benchmarks.processes import Load, Missing, cpu_seconds, wrk
from benchmarks.tables import Measured

SECONDS = 5
WARM_SECONDS = 2
ALONE_SECONDS = 2
CONNECTIONS = 32
HOOK = "response_body.checked = true; done({response_body: response_body});"
_WHERE = quote("email = 'kelly@example.com'")
_COLUMNS = ("hop", "requests/s", "CPU us/request", "x nginx", "mean ms at 1", "added ms at 1")


@dataclass(frozen=True, slots=True)
class Case:
    """A call, as the caller makes it and as the vendor gets it."""

    name: str
    resource: str
    vendor_path: str
    is_hooked: bool = False


BY_ID = Case("one contact by id", "/contacts/32", CONTACT)
CASES = (
    BY_ID,
    Case("a list, its where translated", f"/contacts?pageSize=20&where={_WHERE}", FOUND),
    Case("one contact, then a script", "/contacts/32", CONTACT, is_hooked=True),
    Case("a page of 20 contacts", "/contacts?pageSize=20", page(20)),
    Case("a page of 200 contacts", "/contacts?pageSize=200", page(200)),
)


@dataclass(frozen=True, slots=True)
class Cost:
    """What one address under load cost the processes behind it."""

    load: Load
    cpu_us: float


def measure() -> Measured:
    """Return every case beside nginx; processor time includes the script workers'."""
    result = Measured(f"Gateway hop, one worker each, {CONNECTIONS} connections", _COLUMNS)
    try:
        with captured() as vendor, connected(vendor.vendor) as hub:
            scripted = hub.hooked("GET /contacts/{id}", HOOK)
            costs = {
                case.name: _case(result, case, vendor, scripted if case.is_hooked else hub)
                for case in CASES
            }
    except Missing as exc:
        result.rows.append((str(exc), *[""] * 5))
        return result
    for case in CASES:
        if case.is_hooked:
            more = costs[case.name].cpu_us - costs[BY_ID.name].cpu_us
            row = ("a script's share: with it less without it", "", f"{more:+,.0f}", "", "", "")
            result.rows.append(row)
    return result


def workers() -> Measured:
    """Return one contact by id through one and two workers."""
    result = Measured(
        f"One contact by id, {CONNECTIONS} connections",
        ("hop", "requests/s", "CPU us/request", "x nginx"),
        notes=("wrk and nginx share the cores with the workers: compare the CPU a request.",),
    )
    try:
        with captured() as vendor:
            for count in (1, 2):
                with connected(vendor.vendor, {"VALENCE_WORKERS": str(count)}) as hub:
                    floor = under_load(vendor.proxy + CONTACT, vendor.proxy_pid, {})
                    cost = under_load(hub.url(BY_ID.resource), hub.pid, hub.headers)
                if count == 1:
                    result.rows.append(_short_row("nginx", floor, floor))
                plural = "worker" if count == 1 else "workers"
                result.rows.append(_short_row(f"Valence, {count} {plural}", cost, floor))
    except Missing as exc:
        result.rows.append((str(exc), *[""] * 3))
    return result


def request_log() -> Measured:
    """Return one contact by id with every call remembered, failed ones only, and none."""
    result = Measured(
        "What remembering calls costs: one contact by id",
        ("VALENCE_REQUEST_LOG", "requests/s", "CPU us/request", "x off"),
    )
    try:
        with captured() as vendor:
            costs = {}
            for keeps in ("off", "errors", "all"):
                with connected(vendor.vendor, {"VALENCE_REQUEST_LOG": keeps}) as hub:
                    costs[keeps] = under_load(hub.url(BY_ID.resource), hub.pid, hub.headers)
            rows = [_short_row(keeps, cost, costs["off"]) for keeps, cost in costs.items()]
            result.rows.extend(rows)
    except Missing as exc:
        result.rows.append((str(exc), *[""] * 3))
    return result


def under_load(url: str, pid: int, headers: dict[str, str]) -> Cost:
    """Return what an address costs the family of a process a request, once it is warm."""
    wrk(url, connections=CONNECTIONS, seconds=WARM_SECONDS, headers=headers)
    before = cpu_seconds(pid)
    load = wrk(url, connections=CONNECTIONS, seconds=SECONDS, headers=headers)
    return Cost(load, (cpu_seconds(pid) - before) / load.requests * 1e6)


def _case(result: Measured, case: Case, vendor: Captured, hub: Connected) -> Cost:
    path, url = case.vendor_path, hub.url(case.resource)
    straight = wrk(vendor.vendor + path, connections=1, seconds=1, headers={})
    floor = under_load(vendor.proxy + path, vendor.proxy_pid, {})
    floor_alone = wrk(vendor.proxy + path, connections=1, seconds=1, headers={})
    cost = under_load(url, hub.pid, hub.headers)
    alone = wrk(url, connections=1, seconds=ALONE_SECONDS, headers=hub.headers)
    for name, one, single in (("nginx", floor, floor_alone), ("Valence", cost, alone)):
        result.rows.append(
            (
                f"{name}: {case.name}",
                *_short_row("", one, floor)[1:],
                f"{single.mean_ms:.2f}",
                f"{single.mean_ms - straight.mean_ms:.2f}",
            )
        )
    return cost


def _short_row(name: str, cost: Cost, floor: Cost) -> tuple[str, ...]:
    return (
        name,
        f"{cost.load.per_second:,.0f}",
        f"{cost.cpu_us:,.0f}",
        f"{cost.cpu_us / floor.cpu_us:.2f}".rstrip("0").rstrip("."),
    )
