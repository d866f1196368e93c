"""`valence resources` against a running hub: shown, tried out, taken in and out."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Sim
from tests.journeys.conftest import Caller
from valence.cli.calls import call
from valence.cli.children import LocalHub, running_hub
from valence.cli.columns import aligned

KEY = "infusionsoftrest"
SCRIPT = {"body": "transformedObject.who = 'us'; done(transformedObject)", "level": "account"}
DOCUMENT: dict[str, Any] = {
    "definition": {
        "createdDate": "2020-11-20 09:38:43.675231",
        "fields": [
            {"displayName": "", "level": "organization", "path": "id", "type": "string"},
            {"displayName": "Codes", "level": "organization", "path": "codes[*]", "type": "string"},
            {"displayName": "", "level": "account", "path": "active", "type": "boolean"},
            {"displayName": "", "level": "account", "path": "id", "type": "string"},
        ],
        "objectName": "Category ä",
        "vdrShared": True,
        "vdrShareLevel": "organization",
    },
    "transformation": {
        KEY: {
            "configuration": [
                {"level": "account", "type": "addToDocumentation"},
                {"level": "account", "type": "inherit"},
                {
                    "level": "account",
                    "properties": {"fromVendor": False, "toVendor": False},
                    "type": "passThrough",
                },
            ],
            "elementKey": KEY,
            "fields": [
                {"level": "account", "path": "active", "type": "boolean",
                 "vendorPath": "opted_in", "vendorType": "boolean"},
                {"level": "organization", "path": "id", "type": "string",
                 "vendorPath": "id", "vendorType": "number"},
            ],
            "isLegacy": False,
            "objectName": "Category ä",
            "script": SCRIPT,
            "scripts": [SCRIPT],
            "vendorName": "contacts",
        },
        "elsewhere": {
            "configuration": [], "elementKey": "elsewhere", "isLegacy": False,
            "fields": [{"level": "organization", "path": "id", "type": "string",
                        "vendorPath": "catalog.items[*].id", "vendorType": "string"}],
            "objectName": "Category ä", "script": None, "scripts": [], "vendorName": "category",
        },
    },
    "vdrName": "Category ä",
    "vdrVersion": "v2",
}  # fmt: skip
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def hub(sandbox_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalHub]:
    """A hub of its own."""
    settings = {"VALENCE_SYNCHRONOUS": "normal"}
    folder = tmp_path_factory.mktemp("resources")
    with running_hub(folder, sandbox_url=sandbox_url, settings=settings) as running:
        (folder / "me.json").write_text(json.dumps(running.secrets))
        yield running


@pytest.fixture
def run(hub: LocalHub, tmp_path: Path) -> Iterator[Run]:
    """Run the verb as a process, elsewhere; the hub holds no resource afterwards."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("VALENCE_")}
    environment = {**kept, "VALENCE_SECRETS_FILE": str(hub.data_dir / "me.json")}

    def act(*words: str | Path, given: str = "", url: str = hub.url) -> Any:
        return subprocess.run(
            [sys.executable, "-m", "valence", "resources", *map(str, words), "--url", url],
            env=environment, input=given, capture_output=True, text=True, timeout=60, cwd=tmp_path,
        )  # fmt: skip

    yield act
    secrets = hub.secrets
    who = f"User {secrets['userSecret']}, Organization {secrets['organizationSecret']}"
    for one in call("GET", f"{hub.api}/vdrs", authorization=who).json:
        call("DELETE", f"{hub.api}/vdrs/{one['id']}", authorization=who)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file with an export."""
    path = tmp_path / "in.json"
    path.write_text("\N{BYTE ORDER MARK}" + json.dumps(DOCUMENT), encoding="utf-8")
    return path


@pytest.fixture
def instance_id(hub: LocalHub, sim: Sim) -> int:
    """The id of a fresh instance."""
    connected = Caller(hub, sim).connected()
    return int(connected.call("GET", "/contacts").headers["elements-element-instance-id"])


def test_what_goes_in_is_listed_shown_and_comes_out(run: Run, file: Path, tmp_path: Path) -> None:
    """An export, alone and in a backup of all, imports back as it was."""
    made = run("import", file)
    assert (made.returncode, made.stderr) == (0, ""), made.stderr
    assert f"{file}: Category ä with 3 fields, mapped to elsewhere, {KEY}" in made.stdout
    head, row = run("list").stdout.splitlines()
    assert head.split() == ["NAME", "FIELDS", "LEVELS", "MAPPED", "TO"]
    assert re.split("  +", row) == ["Category ä", "3", "organization, account", f"elsewhere, {KEY}"]
    shown = run("show", "Category ä").stdout
    for words in (
        "codes[*]  string   organization  Codes",
        f"{KEY}: contacts",
        "active  opted_in        boolean  account",
        "passThrough: fromVendor false, toVendor false (account)",
        "script of 1 lines (account)",
        "catalog.items[*].id",
    ):
        assert words in shown, shown
    as_json = json.loads(run("show", "Category ä", "--json").stdout)
    assert {one["elementKey"] for one in as_json["transformations"]} == {KEY, "elsewhere"}
    assert [one["name"] for one in json.loads(run("list", "--json").stdout)] == ["Category ä"]
    one, every = tmp_path / "one.json", tmp_path / "all.json"
    assert run("export", "Category ä", "-o", one).returncode == 0
    assert "all.json: 1 common resource\n" in run("export", "--all", "-o", every).stdout
    before = json.loads(run("export", "Category ä").stdout)
    assert json.loads(one.read_text()) == before
    for document in (one, every):
        assert "Category ä" in run("import", document).stdout
        assert json.loads(run("export", "Category ä").stdout) == before
    again = run("export", "--all", "-o", every)
    assert (again.returncode, "exists already" in again.stderr) == (1, True)


def test_a_record_is_tried_out_both_ways(run: Run, file: Path, instance_id: int) -> None:
    """From a file and from standard input; a failing script is a warning and exit code 3."""
    run("import", file)
    options = ("--instance", str(instance_id))
    read = run("try", "Category ä", *options, "-", given='{"id": 7, "opted_in": "true", "x": 1}')
    assert (read.returncode, read.stderr) == (0, "")
    assert json.loads(read.stdout) == {"id": "7", "active": True, "who": "us"}
    back = run("try", "Category ä", *options, "--to-vendor", "-", given='{"id": "7"}')
    assert json.loads(back.stdout) == {"id": 7, "who": "us"}
    broken = json.loads(json.dumps(DOCUMENT))
    broken["transformation"][KEY]["scripts"] = [{**SCRIPT, "body": "none.such"}]
    assert run("import", "-", given=json.dumps(broken)).returncode == 0
    warned = run("try", "Category ä", *options, "-", given='{"id": 7}')
    assert (warned.returncode, json.loads(warned.stdout)) == (3, {"id": "7"})
    assert warned.stderr.startswith("valence: warning: The script of the transformation Category")
    none = run("try", "nothing", *options, "-", given="{}")
    assert (none.returncode, none.stdout) == (1, "")
    assert "found with name" in none.stderr


def test_what_one_instance_has_is_shown_apart(
    run: Run, file: Path, hub: LocalHub, sim: Sim, instance_id: int
) -> None:
    """Beside the levels above, or merged where the instance is named."""
    run("import", file)
    caller = Caller(hub, sim)
    at = f"/instances/{instance_id}"
    body = {"fields": [{"path": "nick"}]}
    assert caller.call("POST", f"{at}/objects/Category%20%C3%A4/definitions", body).status == 200
    mapped = {
        "vendorName": "contacts",
        "fields": [{"path": "nick", "vendorPath": "given_name"}],
        "configuration": [{"type": "inherit"}],
    }
    assert caller.call("POST", f"{at}/transformations/Category%20%C3%A4", mapped).status == 200
    whole = run("show", "Category ä").stdout
    assert f"{KEY}, instance {instance_id}: contacts" in whole
    assert f"nick      string   instance {instance_id}" in whole
    merged = json.loads(run("show", "Category ä", "--instance", str(instance_id), "--json").stdout)[
        "transformations"
    ]
    assert [one["elementKey"] for one in merged] == [KEY]
    assert {(one["path"], one["level"]) for one in merged[0]["fields"]} == {
        ("id", "organization"), ("active", "account"), ("nick", "instance"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ("{", "is not JSON: Expecting property name"),
        ("[]", "is no JSON object"),
        ('{"objectDefinitions": {}}', "objectDefinitions must be"),
        ('{"vdrName": "x", "definition": {"fields": [{"path": "a["}]}}', "a["),
        ('{"vdrName": "x", "definition": {}, "transformation": {"k": {}}}', "vendorName"),
    ],
)
def test_a_bad_file_keeps_the_good_ones_out(
    run: Run, file: Path, tmp_path: Path, bad: str, said: str
) -> None:
    """It is named, and nothing was sent."""
    other = tmp_path / "bad.json"
    other.write_text(bad)
    refused = run("import", file, other)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "bad.json" in refused.stderr
    assert said in refused.stderr
    assert json.loads(run("list", "--json").stdout) == []


def test_a_backup_may_bring_many(run: Run) -> None:
    """In the form of the first view; each is told."""
    backup = {
        "objectDefinitions": {
            name: {"fields": [{"path": "id", "level": "organization"}]} for name in ("a", "b")
        },
        "transformations": {KEY: {"a": {"vendorName": "contacts"}}},
    }
    made = run("import", "-", given=json.dumps(backup))
    assert (
        made.stdout
        == f"-: a with 1 field, mapped to {KEY}; b with 1 field, mapped to nothing yet\n"
    )
    assert "Not mapped to any element yet." in run("show", "b").stdout


def test_whose_calls_they_are_must_be_told(run: Run, tmp_path: Path) -> None:
    """A file that is none, secrets that are wrong, nobody there: one sentence without a secret."""
    secret = "hidden-word"
    for content, said in (
        (None, "cannot be read"),
        ("{}", "no JSON object with userSecret"),
        (json.dumps({"userSecret": f"{secret}\n", "organizationSecret": "y"}), "no header can"),
        (json.dumps({"userSecret": secret, "organizationSecret": "y"}), "is not known"),
    ):
        path = tmp_path / "who.json"
        if content is not None:
            path.write_text(content)
        refused = run("list", "--secrets", path)
        assert (refused.returncode, refused.stdout) == (1, "")
        assert said in refused.stderr
        assert secret not in refused.stderr
        assert len(refused.stderr.splitlines()) == 1
    assert "Nobody answers at http://127.0.0.1:1" in run("list", url="http://127.0.0.1:1").stderr
    assert "is no address" in run("list", url="file:///etc/passwd").stderr
    assert run("export").returncode == 2
    assert run("export", "x", "--all").returncode == 2


def test_columns_give_a_terminal_no_orders() -> None:
    """What is not printable is replaced, and rows stay rows."""
    assert aligned(("A", "B"), [("x\n\x1b[31my", 1)]) == "A         B\nx��[31my  1"


def test_coverage_tells_what_becomes_of_every_field(
    run: Run, hub: LocalHub, sim: Sim, instance_id: int
) -> None:
    """Filled, of another type, mistyped, not mapped; dropped and passed on the vendor's side."""
    caller = Caller(hub, sim)
    contact = {
        "given_name": "Ada", "family_name": "L",
        "email_addresses": [{"email": "a@example.com", "field": "EMAIL1"}],
    }  # fmt: skip
    token = caller.call("GET", f"/instances/{instance_id}").json["token"]
    connected = Caller(hub, sim, token)
    assert connected.call("POST", "/contacts", contact).status == 200
    fields = [{"path": path} for path in ("first", "last", "wrong", "nothing")]
    fields[1]["type"] = "number"
    document = {
        "vdrName": "seen",
        "definition": {"fields": fields},
        "transformation": {
            KEY: {
                "vendorName": "contacts",
                "fields": [
                    {"path": "first", "vendorPath": "given_name"},
                    {"path": "last", "vendorPath": "family_name"},
                    {"path": "wrong", "vendorPath": "givenname_"},
                ],
                "configuration": [
                    {"type": "passThrough", "properties": {"fromVendor": False}},
                ],
                "script": {"body": "done(transformedObject)"},
            }
        },
    }
    assert run("import", "-", given=json.dumps(document)).returncode == 0
    shown = run("coverage", "seen", "--instance", str(instance_id), "--size", "200")
    assert shown.returncode == 0, shown.stderr
    rows = {row[0]: row[1:] for line in shown.stdout.splitlines() if (row := re.split("  +", line))}
    assert "seen from contacts: " in shown.stdout
    assert " of 4 fields filled" in shown.stdout
    assert rows["first"][:2] == ["given_name", "mapped"]
    assert rows["last"][:2] == ["family_name", "mapped"]
    assert "not number: string" in rows["last"][3]
    assert rows["wrong"][:2] == ["givenname_", "never seen"]
    assert rows["nothing"][:2] == ["-", "not mapped"]
    assert rows["job_title"][1] == "dropped"
    assert "A script comes after all this" in shown.stdout
    as_json = run("coverage", "seen", "--instance", str(instance_id), "--json").stdout
    assert json.loads(as_json)["summary"]["fields"]["neverSeen"] == 1
    none = run("coverage", "nothing", "--instance", str(instance_id))
    assert (none.returncode, "found with name" in none.stderr) == (1, True)
    assert run("coverage", "seen", "--instance", str(instance_id), "--size", "0").returncode == 2
