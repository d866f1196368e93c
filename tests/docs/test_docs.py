"""The documentation is complete, its links lead somewhere, and its commands work."""

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from tests.conftest import CALLBACK
from tests.journeys.conftest import Caller
from valence.api.app import _ROUTERS
from valence.cli.children import free_port
from valence.cli.main import app
from valence.elements import Catalog
from valence.gateway.match import Matcher
from valence.settings import PREFIX, Settings

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])


def test_every_setting_is_on_its_page() -> None:
    """By both of its names; and nothing that does not exist."""
    page = (DOCS / "reference" / "settings.md").read_text()
    for name in Settings.model_fields:
        assert f"| `{PREFIX}{name.upper()}` | `{name}` |" in page
    for name in re.findall(rf"\| `{PREFIX}(\w+)`", page):
        assert name == "CONFIG" or name.lower() in Settings.model_fields


def error_codes() -> set[str]:
    """Return every code that the source gives to an error."""
    found: set[str] = set()
    for file in (ROOT / "src" / "valence").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.keyword) and node.arg == "code":
                found |= _texts(node.value)
            if isinstance(node, ast.ClassDef):
                for part in node.body:
                    target = part.targets[0] if isinstance(part, ast.Assign) else None
                    if isinstance(target, ast.Name) and target.id == "code":
                        found |= _texts(part.value)  # type: ignore[union-attr]
    return {code for code in found if re.fullmatch(r"[a-z]+(-[a-z]+)*", code)}


def _texts(node: ast.expr) -> set[str]:
    if isinstance(node, ast.IfExp):
        return _texts(node.body) | _texts(node.orelse)
    is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return {node.value} if is_text else set()  # type: ignore[union-attr]


def test_every_error_code_is_on_its_page() -> None:
    """Those raised with a code of their own, and those of the classes."""
    page = (DOCS / "reference" / "errors.md").read_text()
    codes = error_codes()
    assert len(codes) > 30
    assert sorted(code for code in codes if f"| `{code}` |" not in page) == []


def verbs() -> list[str]:
    command = typer.main.get_command(app)
    found = []
    for name, verb in command.commands.items():  # type: ignore[attr-defined]
        below = getattr(verb, "commands", None)
        found += [f"{name} {part}" for part in below] if below else [name]
    return found


def test_every_verb_is_on_its_page() -> None:
    """With the options that are its own."""
    page = (DOCS / "reference" / "cli.md").read_text()
    assert len(verbs()) > 10
    assert [verb for verb in verbs() if f"| `valence {verb}" not in page] == []


def test_every_route_is_on_its_page() -> None:
    """Method and path; what only answers that it is not served is left out."""
    page = re.sub(r"\{\w+\}", "{}", (DOCS / "reference" / "api.md").read_text())
    page = page.replace("{}/keys", "/keys")
    missing = []
    for router in _ROUTERS:
        for route in router.routes:
            methods, path = route.methods, route.path  # type: ignore[attr-defined]
            if "Answer 404 for what is not served" in (route.endpoint.__doc__ or ""):  # type: ignore[attr-defined]
                continue
            plain = re.sub(r"\{[^}]+\}", "{}", path)
            missing += [f"{m} {path}" for m in methods if f"`{m} {plain}`" not in page]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_links_lead_somewhere(page: Path) -> None:
    """Every relative link is a file or folder of the repository."""
    for target in re.findall(r"\]\(([^)#\s]+)", page.read_text()):
        if "://" not in target:
            assert (page.parent / target).exists(), target


def test_every_page_is_found_from_the_index() -> None:
    """Linked from the index, or from a tutorial."""
    guides = [DOCS / "README.md", *(DOCS / "tutorial").glob("*.md")]
    linked = {
        (guide.parent / target).resolve()
        for guide in guides
        for target in re.findall(r"\]\(([^)#\s]+)", guide.read_text())
        if "://" not in target
    }
    pages = {page.resolve() for page in DOCS.rglob("*.md")} - {(DOCS / "README.md").resolve()}
    assert len(pages) > 20
    assert sorted(page.name for page in pages - linked) == []


def blocks(page: Path) -> list[str]:
    return re.findall(r"```sh\n(.*?)```", page.read_text(), flags=re.S)


def test_the_three_steps_of_the_readme_work(caller: Caller) -> None:
    """Each command as it stands there, against a running hub and the sandbox."""
    ask, create, use = (block for block in blocks(ROOT / "README.md") if "curl" in block)
    visit = "from valence.cli.visitor import consent; import json, sys;"
    script = f"""
set -eu
answer() {{ {ask} }}
URL=$(answer | {sys.executable} -c 'import json, sys; print(json.load(sys.stdin)["oauthUrl"])')
CODE=$({sys.executable} -c '{visit} print(consent(sys.argv[1])["code"])' "$URL")
create() {{ {create} }}
TOKEN=$(create | {sys.executable} -c 'import json, sys; print(json.load(sys.stdin)["token"])')
{use}
"""
    secrets = caller.hub.secrets
    environment = {
        **os.environ,
        "BASE": caller.hub.api,
        "U": str(secrets["userSecret"]),
        "O": str(secrets["organizationSecret"]),
        "KEY": "sandbox-client",
        "SECRET": "sandbox-secret",
        "CALLBACK": CALLBACK,
    }
    ran = subprocess.run(["bash", "-c", script], env=environment, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    assert '"given_name":"Kelly"' in ran.stdout


def test_the_commands_of_an_own_element_work(caller: Caller, tmp_path: Path) -> None:
    """From import to deletion, as they stand on the page; what is left is taken away."""
    secrets = caller.hub.secrets
    environment = {
        **os.environ,
        "BASE": caller.hub.api,
        "U": str(secrets["userSecret"]),
        "O": str(secrets["organizationSecret"]),
    }
    script = "set -eu\n" + "\n".join(blocks(DOCS / "how-to" / "bring-your-own-element.md"))
    ran = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr
    imported, added, extension, clone = (
        json.loads((tmp_path / f"{name}.json").read_text())
        for name in ("imported", "added", "extension", "clone")
    )
    assert (imported["key"], imported["private"], clone["key"]) == ("mycrm", True, "mycrm-clone")
    assert extension["resources"] == [added]
    assert caller.call("GET", "/elements/mycrm").status == 404
    path = f"/elements/infusionsoftrest/resources/{added['id']}"
    assert caller.call("DELETE", path).status == 200


def played(page: str, home: Path) -> str:
    """Run a page's commands in one shell and return what it prints.

    Only the browser is played, and the ports are free ones. A command that fails ends it, and
    what it has started: that would hold its output open."""
    hub, sandbox = free_port(), free_port()
    visit = "from valence.cli.visitor import consent; import sys;"
    browser = (
        f"""CODE=$({sys.executable} -c '{visit} print(consent(sys.argv[1])["code"])' "$URL")"""
    )
    ending = "trap 'kill $(jobs -p) 2> /dev/null || true' EXIT"
    script = f"set -e -o pipefail\n{ending}\n" + "\n".join(blocks(DOCS / page))
    for line, instead in (
        ("make venv\n", ""),
        (". .venv/bin/activate\n", f"export PATH={Path(sys.executable).parent}:$PATH\n"),
        ("kill %1 %2", "kill $(jobs -p); wait || true"),
    ):
        assert line in script
        script = script.replace(line, instead)
    script = script.replace('read -r -p "code: " CODE', browser)
    ports = {"8080": str(hub), "8090": str(sandbox)}
    script = re.sub("8080|8090", lambda found: ports[found[0]], script)
    ran = subprocess.run(
        ["bash", "-c", script],
        cwd=home,
        env={**os.environ, "TMPDIR": str(home)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def test_the_tutorial_runs_from_top_to_bottom(tmp_path: Path) -> None:
    """Each of its steps shows what the page says of it."""
    shown = played("tutorial/authenticate-infusionsoft.md", tmp_path)
    for found in ('"given_name":"Kelly"', '"family_name":"Silver"', "refreshed", "issued"):
        assert found in shown


PLATFORM = "/elements/api-v2"
OF_EVERY_ELEMENT = ("/ping", "/objects", "/objects/contacts/metadata")


def test_the_tutorial_of_every_resource_calls_every_resource(tmp_path: Path) -> None:
    """What the hub logged of the walk is every operation that the definition declares."""
    shown = played("tutorial/every-resource.md", tmp_path)
    (log,) = tmp_path.glob("*/hub.log")
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    calls = [line for line in lines if line.get("event") == "request"]
    prefix = f"{PLATFORM}/hubs/crm"
    element = Catalog.load().require("infusionsoftrest")
    matcher, called, universal = Matcher(), set(), set()
    for line in calls:
        path = line["path"].removeprefix(prefix)
        if path in OF_EVERY_ELEMENT:
            universal.add(path)
        elif path != line["path"]:
            operation = matcher.match(element, line["method"], path).operation
            called.add((operation.method, operation.path))
    declared = {(o.method, o.path) for o in element.operations if o.type == "api"}
    assert len(declared) > 80
    assert sorted(declared - called) == []
    assert universal == set(OF_EVERY_ELEMENT)
    # What the page shows to fail, it shows to fail; whatever waits for a call asks more than once.
    failed = {(line["method"], line["path"].removeprefix(PLATFORM), line["status"])
              for line in calls if line["status"] != 200}  # fmt: skip
    waited = {row for row in failed if row[1].startswith("/usage/") or row[1] == "/ready"}
    assert failed - waited == {
        ("GET", "/hubs/crm/contacts/999999", 404),
        ("PATCH", "/hubs/crm/affiliates/1", 405),
    }
    _check_what_it_shows(shown)


def _check_what_it_shows(shown: str) -> None:
    """Check the outputs that the page speaks of."""
    lines = shown.splitlines()
    for found in (
        '"endpoint":"infusionsoftrest","valid":true',
        '{"name":"contacts","vendorName":"contacts","type":"ceCanonical"}',
        '"vendorPath":"custom_fields[id=182].content","vendorDisplayName":"Favourite bread"',
        "/opportunity/stage_pipeline",
        "elements-returned-count: 2",
        "elements-total-count: 14",
        '[{"id":51},{"id":50},{"id":49}]',
        '[{"id":32,"family_name":"Gold"}]',
        '{"id":52,"job_title":"Analyst"}',
        '{"id":52,"custom_fields":[{"id":182,"content":"Rye"}]}',
        '{"100":"SUCCESS","93":"SUCCESS"}',
        '"html_content":"PHA+RnJlc2ggcnllPC9wPg=="',
        "Rye bread",
        '{"id":6,"stage":{"name":"Qualified"},"projected_revenue_high":500.0}',
        '{"id":6,"total":12.0,"total_due":12.0,"status":"DRAFT"}',
        '"sub":"1","email":"owner@bakery.example"',
        '"message":"Unable to find this Contact"',
        '"request_uri":"/elements/api-v2/hubs/crm/contacts/999999"',
    ):
        assert found in shown, found
    second_page = '[{"id":43},{"id":44},{"id":45},{"id":46},{"id":47}]'
    assert lines.count(second_page) == 2
    upserted = next(line for line in lines if '"given_name":"Countess"' in line)
    assert json.loads(upserted)["id"] == 52
    assert any(line.startswith("elements-error: ") for line in lines)
    replaced = next(line for line in lines if '"title":"Bread tasting"' in line)
    assert "location" not in json.loads(replaced)


def test_adding_an_element_works_as_its_page_says(tmp_path: Path) -> None:
    """The draft checks, its mistakes are told, and the element made of it can be called."""
    lines = played("how-to/add-an-element.md", tmp_path).splitlines()
    assert "labels.yaml: good" in lines
    assert any(re.match(r"wrong.yaml:\d+ at /resources/0/rotKey: ", line) for line in lines)
    created = json.loads(next(line for line in lines if line.startswith('{"id"')))
    assert created["name"] == "Regulars"
    assert [created] == json.loads(next(line for line in lines if line.startswith("[{")))
    assert json.loads(lines[-1])["requestId"]
    assert "provisionAuthValidation: GET /tags tries the credentials" in "\n".join(lines)


def test_one_contact_is_mapped_over_three_vendors(tmp_path: Path) -> None:
    """Tried out, created, found, changed, seen at the vendors, layered, taken away and put back."""
    lines = played("tutorial/my-contact.md", tmp_path).splitlines()
    paths = ["custom_fields[id=182].content", "properties.favourite_bread", "Favourite_Bread__c"]
    assert [line for line in lines if line in paths] == paths
    found = (
        '[{"lastName":"Hopper","email":"grace@navy.example","phone":"+16505550142",'
        '"favouriteBread":"rye"}]'
    )
    assert lines.count(found) == 3
    assert lines.count('{"company":"Navy","favouriteBread":"wheat"}') == 2
    for once in (
        '{"id":"7","changed":"2026-01-31","email":"a@b.example"}',
        '{"favouriteBread":"wheat"}',
        '{"phone_numbers":[{"number":"+16505550142"}],'
        '"custom_fields":[{"id":182,"content":"wheat"}]}',
        '{"properties":{"favourite_bread":"wheat"}}',
        '{"Favourite_Bread__c":"wheat"}',
        '{"name":"myContact","vendorName":"contacts","type":"vdr"}',
        "id firstName lastName email phone company changed favouriteBread",
        "get patch delete",
        '{"email":"grace@navy.example","favouriteBread":"rye","title":"Admiral",'
        '"birthday":"1906-12-09"}',
        "favouriteBread: organization",
        "title: account",
        "birthday: instance",
        '{"lastName":"Hopper","favouriteBread":"rye","title":"Admiral"}',
    ):
        assert lines.count(once) == 1, once
    codes = [json.loads(line)["code"] for line in lines if '"requestId"' in line]
    assert codes == ["unsupported-field", "vendor-refused"]
    (metadata,) = (line for line in lines if line.startswith('{"fields":'))
    (bread,) = json.loads(metadata)["fields"]
    assert [one["value"] for one in bread["picklistValues"]] == ["rye", "wheat"]
    (header,) = (line for line in lines if line.startswith("elements-provenance: "))
    assert json.loads(header.partition(": ")[2])["email"] == {
        "script": True,
        "level": "organization",
    }


def test_one_script_works_on_many_vendors(tmp_path: Path) -> None:
    """Created, read, found, changed, deleted and gone, three times over."""
    lines = played("tutorial/one-hub-many-vendors.md", tmp_path).splitlines()
    assert [lines.count(one) for one in ("Hopper", "Murray", "gone")] == [3, 3, 3]
    found = [json.loads(line) for line in lines if line.startswith("[{")]
    assert [len(one) for one in found] == [1, 1, 1]
    assert {one[0]["email"] for one in found} == {"grace@navy.example"}
