"""What one call costs on its way through: Valence against nginx, in front of the same vendor.

The vendor's answer is captured from the sandbox once and served by a nginx, so that the vendor is
not what is measured. A second nginx proxies it, with kept-alive connections: the floor. Valence
does what it does for every caller: authenticates, finds the instance and its token, builds the
vendor's request, reads the JSON answer, drops nulls, pages, and writes it out.
"""

import tempfile
import urllib.request
from pathlib import Path

from benchmarks.hub import connected
from benchmarks.processes import Missing, cpu_seconds, free_port, nginx, wrk
from benchmarks.tables import Measured
from valence.cli.children import running_sandbox

SECONDS = 6
VENDOR_PATH = "/crm/rest/v1/contacts?limit=20&offset=0&order=id"


def measure() -> Measured:
    """Return the comparison."""
    columns = ("hop", "requests/s", "CPU us/request", "x nginx", "mean ms at 1", "added ms at 1")
    result = Measured("Gateway hop: a list of contacts, one worker each, 32 connections", columns)
    try:
        for count in (2, 20):
            _measure(result, count)
    except Missing as exc:
        result.rows.append((str(exc), *[""] * 5))
    return result


def _measure(result: Measured, count: int) -> None:
    vendor_port, proxy_port = free_port(), free_port()
    vendor = f"http://127.0.0.1:{vendor_port}"
    with (
        tempfile.TemporaryDirectory(prefix="valence-bench-") as name,
        running_sandbox("--no-limits", "--contacts", str(count - 2)) as sandbox,
    ):
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "contacts.json").write_bytes(_captured(sandbox))
        upstream = f"""upstream vendor {{
            server 127.0.0.1:{vendor_port}; keepalive 64; keepalive_requests 1000000;
        }}"""
        servers = f"""server {{
            listen 127.0.0.1:{vendor_port};
            location = /crm/rest/v1/contacts {{
                default_type application/json; alias {folder}/contacts.json;
            }}
            location / {{ proxy_pass {sandbox}; proxy_set_header Host $http_host; }}
        }}"""
        proxy = f"""{upstream} server {{
            listen 127.0.0.1:{proxy_port};
            location / {{
                proxy_pass http://vendor; proxy_http_version 1.1; proxy_set_header Connection "";
            }}
        }}"""
        ready = f"http://127.0.0.1:{{}}{VENDOR_PATH}"
        with (
            nginx(folder / "vendor", servers, ready=ready.format(vendor_port)),
            nginx(folder / "proxy", proxy, ready=ready.format(proxy_port)) as proxy_pid,
            connected(vendor) as hub,
        ):
            straight = wrk(vendor + VENDOR_PATH, connections=1, seconds=2, headers={})
            rows = []
            for label, url, pid, headers in (
                (f"nginx, {count} contacts", ready.format(proxy_port), proxy_pid, {}),
                (f"Valence, {count} contacts", hub.contacts_url, hub.hub.process.pid, hub.headers),
            ):
                wrk(url, connections=32, seconds=2, headers=headers)  # warm
                alone = wrk(url, connections=1, seconds=2, headers=headers)
                before = cpu_seconds(pid)
                load = wrk(url, connections=32, seconds=SECONDS, headers=headers)
                cost = (cpu_seconds(pid) - before) / load.requests * 1e6
                rows.append((label, load, cost, alone))
            floor = rows[0][2]
            for label, load, cost, alone in rows:
                result.rows.append(
                    (
                        label,
                        f"{load.per_second:,.0f}",
                        f"{cost:,.0f}",
                        f"{cost / floor:.1f}",
                        f"{alone.mean_ms:.2f}",
                        f"{alone.mean_ms - straight.mean_ms:.2f}",
                    )
                )


def _captured(sandbox: str) -> bytes:
    order = urllib.request.Request(f"{sandbox}/_sim/grants", b"{}")
    with urllib.request.urlopen(order) as response:
        token = response.read().decode().partition('"access_token":"')[2].partition('"')[0]
    request = urllib.request.Request(
        sandbox + VENDOR_PATH, headers={"Authorization": f"Bearer {token}"}
    )
    with urllib.request.urlopen(request) as response:
        body: bytes = response.read()
        return body
