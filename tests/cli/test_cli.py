"""The command line, as processes."""

import json
import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Sim


def valence(
    *words: str, data_dir: Path, settings: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("VALENCE_")}
    environment = {
        **kept,
        "VALENCE_DATA_DIR": str(data_dir),
        "VALENCE_SYNCHRONOUS": "normal",
        **(settings or {}),
    }
    return subprocess.run(
        [sys.executable, "-m", "valence", *words],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )


INIT = ("init", "--email", "a@b.example", "--password", "Str0ng-one!")


def test_init_prints_the_secrets_once(tmp_path: Path) -> None:
    """As JSON for programs; a second time the e-mail address is taken."""
    made = valence(*INIT, "--json", data_dir=tmp_path)
    shown = json.loads(made.stdout)
    assert list(shown) == [
        "organizationId",
        "accountId",
        "userId",
        "organizationSecret",
        "userSecret",
    ]
    again = valence(*INIT, data_dir=tmp_path)
    assert (again.returncode, again.stdout) == (1, "")
    assert "a@b.example" in again.stderr
    stored = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert shown["userSecret"].encode() not in stored
    key = tmp_path / "master.keys"
    assert key.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("password", ["short", "a@b.example"])
def test_init_refuses_a_weak_password(password: str, tmp_path: Path) -> None:
    """With a sentence, and nothing is made."""
    refused = valence("init", "--email", "a@b.example", "--password", password, data_dir=tmp_path)
    assert refused.returncode == 1
    assert refused.stderr.startswith("valence: ")
    assert valence(*INIT, data_dir=tmp_path).returncode == 0


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"VALENCE_PORT": "many"}, "VALENCE_PORT"),
        ({"VALENCE_PORT": "99999"}, "VALENCE_PORT"),
        ({"VALENCE_WORKERS": "0"}, "VALENCE_WORKERS"),
        ({"VALENCE_DATABASE_URL": "mysql://x"}, "VALENCE_DATABASE_URL"),
        ({"VALENCE_SANDBOX_URL": "nonsense"}, "VALENCE_SANDBOX_URL"),
        ({"VALENCE_CONFIG": "/nowhere.toml"}, "VALENCE_CONFIG"),
        ({"VALENCE_MASTER_KEY": "x", "VALENCE_MASTER_KEY_COMMAND": "y"}, "master_key"),
    ],
)
def test_a_bad_setting_stops_the_start(
    settings: dict[str, str], words: str, tmp_path: Path
) -> None:
    """One sentence that names it, exit code 2, and no value in it."""
    stopped = valence("serve", data_dir=tmp_path, settings=settings)
    assert stopped.returncode == 2
    assert words in stopped.stderr
    assert len(stopped.stderr.strip().splitlines()) == 1


def test_a_start_that_cannot_work_says_why(tmp_path: Path) -> None:
    """A database that is not there; a keyring that does not open what is stored."""
    away = valence(
        "serve",
        data_dir=tmp_path,
        settings={"VALENCE_DATABASE_URL": "postgresql://u:hidden-word@127.0.0.1:1/x"},
    )
    assert away.returncode != 0
    assert "hidden-word" not in away.stdout + away.stderr
    assert valence(*INIT, data_dir=tmp_path).returncode == 0
    (tmp_path / "master.keys").unlink()
    locked = valence("serve", data_dir=tmp_path)
    assert locked.returncode != 0
    assert "key" in locked.stdout + locked.stderr


def test_the_doctor_finds_what_is_wrong(tmp_path: Path) -> None:
    """All well; then a database of the past, a lost keyring, a sandbox out of reach."""
    assert valence(*INIT, data_dir=tmp_path).returncode == 0
    well = valence("doctor", data_dir=tmp_path)
    assert well.returncode == 0
    for subject in ("settings", "database", "keyring", "clock", "outbound"):
        assert re.search(rf"^ok +{subject} ", well.stdout, flags=re.M)
    closed = valence(
        "doctor", data_dir=tmp_path, settings={"VALENCE_SANDBOX_URL": "http://127.0.0.1:1"}
    )
    assert closed.returncode == 1
    assert re.search(r"^PROBLEM +outbound", closed.stdout, flags=re.M)
    with sqlite3.connect(tmp_path / "valence.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '0000'")
    database.close()
    (tmp_path / "master.keys").unlink()
    ill = valence("doctor", data_dir=tmp_path)
    assert ill.returncode == 1
    assert re.search(r"^PROBLEM +database .*valence db upgrade", ill.stdout, flags=re.M)
    assert re.search(r"^PROBLEM +keyring", ill.stdout, flags=re.M)


def test_keys_are_listed_and_rotated(tmp_path: Path) -> None:
    """The new one is primary and wraps everything; no key is shown."""
    assert valence(*INIT, data_dir=tmp_path).returncode == 0
    (before,) = json.loads(valence("keys", "list", "--json", data_dir=tmp_path).stdout)
    rotated = valence("keys", "rotate", data_dir=tmp_path)
    assert "is primary" in rotated.stdout
    after = json.loads(valence("keys", "list", "--json", data_dir=tmp_path).stdout)
    assert [key["dataKeys"] for key in after if not key["primary"]] == [0]
    assert sum(key["dataKeys"] for key in after) == before["dataKeys"]
    kept = (tmp_path / "master.keys").read_text()
    secret = re.findall(r"[A-Za-z0-9+/]{43}=", kept)
    assert len(secret) == 2
    shown = valence("keys", "list", data_dir=tmp_path).stdout + rotated.stdout
    assert not any(key in shown for key in secret)


def test_the_catalog_is_listed_and_shown(tmp_path: Path) -> None:
    """For people and for programs; an unknown key is a sentence."""
    assert "infusionsoftrest" in valence("elements", "list", data_dir=tmp_path).stdout
    shown = valence("elements", "show", "infusionsoftrest", data_dir=tmp_path).stdout
    assert "oauth.api.key" in shown
    assert "/hubs/crm/contacts" in shown
    element = json.loads(valence("elements", "show", "11748", "--json", data_dir=tmp_path).stdout)
    assert element["key"] == "infusionsoftrest"
    unknown = valence("elements", "show", "nothing", data_dir=tmp_path)
    assert (unknown.returncode, unknown.stdout) == (1, "")


def test_instances_are_listed_and_shown(tmp_path: Path) -> None:
    """Nothing is there at first; an unknown one is a sentence."""
    assert valence(*INIT, data_dir=tmp_path).returncode == 0
    assert json.loads(valence("instances", "list", "--json", data_dir=tmp_path).stdout) == []
    assert valence("instances", "show", "7", data_dir=tmp_path).returncode == 1


def test_the_database_is_upgraded_by_hand(tmp_path: Path) -> None:
    """And a second time there is nothing to do."""
    for _ in range(2):
        assert valence("db", "upgrade", data_dir=tmp_path).returncode == 0
    assert (tmp_path / "valence.db").exists()


def test_the_demo_does_the_main_job(tmp_path: Path, sim: Sim) -> None:
    """Each step with its exchange, secrets masked, and the end says what is there."""
    shown = valence("demo", "--once", "--port", "0", data_dir=tmp_path)
    assert shown.returncode == 0, shown.stderr
    for words in ("oauth/url", "POST", "/instances", "/hubs/crm/contacts", "200"):
        assert words in shown.stdout
    steps, _, end = shown.stdout.partition("It is yours")
    assert "sandbox-secret" not in steps
    assert "********" in steps
    secret = r'(?:(?:: |, )(?:User|Organization|Element|Bearer)|"token":|Secret":) "?([^\s",]+)'
    assert set(re.findall(secret, shown.stdout)) == {"********"}
    assert "curl 'http://localhost:" in end
    assert "-H @/" in end


def test_the_operators_apps(tmp_path: Path) -> None:
    """Registered for an element of the catalog, listed with secrets masked, removed."""
    register = ("apps", "register", "infusionsoftrest", "--client-id", "c-1")
    urls = ("--callback-url", "https://a.example/cb", "--callback-url", "https://b.example/cb")
    secret = tmp_path / "secret"
    secret.write_text("s3cret-of-app\n")
    made = valence(*register, *urls, "--secret-file", str(secret), data_dir=tmp_path / "hub")
    assert made.returncode == 0, made.stderr
    listed = valence("apps", "list", "--json", data_dir=tmp_path / "hub")
    [row] = json.loads(listed.stdout)
    assert row.pop("createdDate").endswith("Z")
    assert row == {
        "element": "infusionsoftrest",
        "clientId": "c-1",
        "clientSecret": "********",
        "callbackUrls": ["https://a.example/cb", "https://b.example/cb"],
    }
    assert "s3cret-of-app" not in made.stdout + listed.stdout
    stored = b"".join(p.read_bytes() for p in (tmp_path / "hub").rglob("*") if p.is_file())
    assert b"s3cret-of-app" not in stored
    gone = valence("apps", "remove", "infusionsoftrest", data_dir=tmp_path / "hub")
    assert gone.returncode == 0
    assert json.loads(valence("apps", "list", "--json", data_dir=tmp_path / "hub").stdout) == []


@pytest.mark.parametrize(
    ("element", "url", "file", "said"),
    [
        ("nothing-like-it", "https://a.example/cb", "secret", "nothing-like-it"),
        ("infusionsoftrest", "a.example/cb", "secret", "callback URL"),
        ("infusionsoftrest", "https://a.example/cb", "absent", "cannot be read"),
    ],
)
def test_an_app_that_cannot_be_is_not_registered(
    element: str, url: str, file: str, said: str, tmp_path: Path
) -> None:
    """With a sentence that says why."""
    (tmp_path / "secret").write_text("s")
    words = ("apps", "register", element, "--client-id", "c", "--callback-url", url)
    made = valence(*words, "--secret-file", str(tmp_path / file), data_dir=tmp_path / "hub")
    assert made.returncode == 1
    assert said in made.stderr
