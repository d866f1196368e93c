"""The vendor's stand-in: answers captured from the sandbox once, served by nginx.

A second nginx proxies the first over kept-alive connections. It is the floor that every hop is
compared with: the same answers, and nothing but the forwarding."""

import contextlib
import tempfile
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.hub import order
from benchmarks.processes import free_port, nginx
from valence.cli.children import running_sandbox

CONTACTS = "/crm/rest/v1/contacts"
CONTACT = f"{CONTACTS}/32"
FOUND = f"{CONTACTS}?email=kelly%40example.com&limit=20&offset=0&order=id"


@dataclass(frozen=True, slots=True)
class Captured:
    """The addresses of the stand-in and of the proxy before it, and the proxy's process."""

    vendor: str
    proxy: str
    proxy_pid: int


def page(count: int) -> str:
    """Return what Valence asks the vendor for a page of that many contacts."""
    return f"{CONTACTS}?limit={count}&offset=0&order=id"


@contextlib.contextmanager
def captured() -> Iterator[Captured]:
    """Run both; a page has 20 or 200 contacts. What is not captured goes on to the sandbox."""
    vendor_port, proxy_port = free_port(), free_port()
    vendor, proxy = f"http://127.0.0.1:{vendor_port}", f"http://127.0.0.1:{proxy_port}"
    with (
        tempfile.TemporaryDirectory(prefix="valence-bench-") as name,
        running_sandbox("--no-limits", "--contacts", "200") as sandbox,
    ):
        folder = Path(name)
        folder.chmod(0o755)
        token = order(sandbox, "grants")["access_token"]
        for file, path in (
            ("one", CONTACT),
            ("found", FOUND),
            ("20", page(20)),
            ("200", page(200)),
        ):
            (folder / f"{file}.json").write_bytes(_read(sandbox + path, token))
        serving = f"""server {{
            listen 127.0.0.1:{vendor_port}; root {folder}; default_type application/json;
            set $page $arg_limit;
            if ($arg_email) {{ set $page found; }}
            location = {CONTACT} {{ try_files /one.json =404; }}
            location = {CONTACTS} {{ try_files /$page.json =404; }}
            location / {{ proxy_pass {sandbox}; proxy_set_header Host $http_host; }}
        }}"""
        proxying = f"""upstream vendor {{
            server 127.0.0.1:{vendor_port}; keepalive 64; keepalive_requests 1000000;
        }}
        server {{
            listen 127.0.0.1:{proxy_port};
            location / {{
                proxy_pass http://vendor; proxy_http_version 1.1; proxy_set_header Connection "";
            }}
        }}"""
        with (
            nginx(folder / "vendor", serving, ready=vendor + CONTACT),
            nginx(folder / "proxy", proxying, ready=proxy + CONTACT) as pid,
        ):
            yield Captured(vendor, proxy, pid)


def _read(url: str, token: str) -> bytes:
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(request) as response:
        body: bytes = response.read()
        return body
