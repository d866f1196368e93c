"""`valence elements new` and `export`, as processes."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests.cli.test_cli import valence

DESCRIPTION = json.dumps(
    {
        "openapi": "3.0.3",
        "info": {"title": "Acme Labels"},
        "paths": {"/labels/{id}": {"delete": {"responses": {"204": {}}}}},
    }
)


class Pages(BaseHTTPRequestHandler):
    """The vendor's developer pages."""

    def do_GET(self) -> None:
        body = DESCRIPTION.encode()
        self.send_response(200 if self.path == "/openapi.json" else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        return None


@pytest.fixture
def pages() -> Iterator[str]:
    """Return the address of a web server with the description."""
    with HTTPServer(("127.0.0.1", 0), Pages) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_draft_goes_to_a_file_that_was_not_there(tmp_path: Path) -> None:
    """It checks, exports as element JSON, and never overwrites what somebody wrote."""
    (tmp_path / "acme.json").write_text(DESCRIPTION)
    words = ("elements", "new", str(tmp_path / "acme.json"), "--output", str(tmp_path / "a.yaml"))
    made = valence(*words, data_dir=tmp_path)
    assert (made.returncode, made.stderr) == (0, "")
    assert made.stdout.splitlines()[0] == f"{tmp_path}/a.yaml: 1 operations. To check by hand:"
    checked = valence("elements", "check", str(tmp_path / "a.yaml"), data_dir=tmp_path)
    assert checked.stdout == "a.yaml: good\n"
    exported = valence("elements", "export", str(tmp_path / "a.yaml"), data_dir=tmp_path)
    assert json.loads(exported.stdout)["key"] == "acmelabels"
    again = valence(*words, data_dir=tmp_path)
    assert (again.returncode, again.stdout) == (1, "")
    assert "exists already" in again.stderr


def test_a_description_is_fetched_by_the_outbound_rules(pages: str, tmp_path: Path) -> None:
    """Loopback only where the setting opens it; another status is no description."""
    words = ("elements", "new", f"{pages}/openapi.json", "--key", "labels", "--id", "77")
    refused = valence(*words, data_dir=tmp_path)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "Traceback" not in refused.stderr
    opened = {"VALENCE_OUTBOUND_ALLOW_LOOPBACK": "true"}
    made = valence(*words, data_dir=tmp_path, settings=opened)
    assert f"# Written from {pages}/openapi.json" in made.stdout
    assert "key: labels\nid: 77\n" in made.stdout
    missing = valence("elements", "new", f"{pages}/x", data_dir=tmp_path, settings=opened)
    assert "answers 404, not a description" in missing.stderr


@pytest.mark.parametrize(
    ("content", "text"), [(None, "cannot be read"), ("swagger: '1.2'", "Expected an OpenAPI")]
)
def test_what_cannot_be_read_is_told(content: str | None, text: str, tmp_path: Path) -> None:
    """In a sentence, with 1 as the end."""
    file = tmp_path / "x.yaml"
    if content is not None:
        file.write_text(content)
    refused = valence("elements", "new", str(file), data_dir=tmp_path)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert text in refused.stderr
    assert "Traceback" not in refused.stderr
