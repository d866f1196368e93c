"""A caller who leaves a download: the vendor is not read any further."""

import http.client
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.elements.documents import document, resource
from tests.journeys.conftest import Caller

PIECE = bytes(64 * 1024)


@dataclass
class Vendor:
    """Streams without end, or falls silent after a piece; knows when its reader has gone."""

    url: str = ""
    is_left: threading.Event = field(default_factory=threading.Event)


@pytest.fixture
def vendor() -> Iterator[Vendor]:
    found = Vendor()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/octet-stream")
            self.end_headers()
            try:
                self.wfile.write(PIECE)
                if self.path.endswith("/silent"):
                    # Nothing more is said; what is heard is the end of the connection.
                    if self.connection.recv(1) == b"":
                        found.is_left.set()
                    return
                while True:
                    self.wfile.write(PIECE)
            except OSError:
                found.is_left.set()

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        found.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield found
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("name", ["endless", "silent"])
def test_a_caller_who_leaves_a_download_ends_it(caller: Caller, vendor: Vendor, name: str) -> None:
    """Whether the vendor sends on or has nothing to send just then."""
    content = document(
        resource(path=f"/{name}", vendorPath=f"/{name}", response={"contentType": "image/png"}),
        key=f"leaves-{name}",
        hub="general",
        configuration=[{"key": "base.url", "name": "URL", "defaultValue": vendor.url}],
    )
    made = caller.call("POST", "/elements", content)
    assert made.status == 200, made.text
    element = f"/elements/leaves-{name}"
    caller.call("PUT", f"{element}/active")
    connected = caller.call("POST", f"{element}/instances", {"name": "x", "configuration": {}})
    assert connected.status == 200, connected.text
    with_token = Caller(caller.hub, caller.sim, connected.json["token"])
    address = caller.hub.url.removeprefix("http://")
    connection = http.client.HTTPConnection(address, timeout=20)
    headers = {"Authorization": with_token.authorization}
    connection.request("GET", f"/elements/api-v2/{name}", headers=headers)
    answer = connection.getresponse()
    assert (answer.status, answer.read(1000)) == (200, bytes(1000))
    assert not vendor.is_left.is_set()
    assert connection.sock is None or isinstance(connection.sock, socket.socket)
    answer.close()
    connection.close()
    assert vendor.is_left.wait(20), "the vendor is still read"
    assert with_token.call("GET", "/ping").status == 200
    caller.call("DELETE", f"/instances/{connected.json['id']}")
    caller.call("DELETE", element)
