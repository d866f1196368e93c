"""Whether memory stays flat: the resident set of one worker that remembers every call."""

from benchmarks.captured import captured
from benchmarks.hub import connected
from benchmarks.processes import Missing, resident_mb, wrk
from benchmarks.tables import Measured

STEPS = (1_000, 20_000, 100_000)
_PASS_SECONDS = 1


def measure() -> Measured:
    """Return the size at each step, and how much it is of the size at the first."""
    result = Measured(
        "Memory of one worker, every call remembered: one contact by id",
        ("calls", "resident", "x the first", "aim"),
    )
    try:
        with captured() as vendor, connected(vendor.vendor) as hub:
            idle = resident_mb(hub.pid)
            result.rows.append(("0", f"{idle:.0f} MB", "", "200 MB"))
            done, first = 0, 0.0
            for step in STEPS:
                while done < step:
                    load = wrk(
                        hub.url("/contacts/32"),
                        connections=16,
                        seconds=_PASS_SECONDS,
                        headers=hub.headers,
                    )
                    done += load.requests
                size = resident_mb(hub.pid)
                first = first or size
                result.rows.append((f"{done:,}", f"{size:.0f} MB", f"{size / first:.2f}", "200 MB"))
    except Missing as exc:
        result.rows.append((str(exc), "", "", ""))
    return result
