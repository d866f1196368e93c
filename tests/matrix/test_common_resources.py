"""Two hubs beside one PostgreSQL: who makes a name, and what is left of one that is killed."""

import asyncio
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from tests.conftest import Sim, _new_postgres
from tests.journeys.conftest import Answer, Caller
from valence.cli.children import LocalHub, command, free_port, running_hub, wait_for

KEYS = ("closeio", "infusionsoftrest")
ROUNDS = 4


@dataclass
class Pair:
    """A caller of each hub; the second hub can be killed."""

    first: Caller
    second: Caller
    database_url: str
    process: "subprocess.Popen[bytes]"


@pytest.fixture
def pair(sandbox_url: str, tmp_path: Path) -> Iterator[Pair]:
    url = asyncio.run(_new_postgres())
    settings = {"VALENCE_DATABASE_URL": url, "VALENCE_WORKERS": "1"}
    with running_hub(tmp_path, sandbox_url=sandbox_url, settings=settings) as hub:
        port = free_port()
        environment = {
            **os.environ,
            **settings,
            "VALENCE_DATA_DIR": str(tmp_path),
            "VALENCE_HOST": "127.0.0.1",
            "VALENCE_PORT": str(port),
            "VALENCE_SANDBOX_URL": sandbox_url,
            "VALENCE_OUTBOUND_ALLOW_LOOPBACK": "true",
        }
        with (tmp_path / "second.log").open("wb") as log:
            child = subprocess.Popen(
                command("serve"), env=environment, stdout=log, stderr=log, start_new_session=True
            )
        try:
            wait_for(f"http://127.0.0.1:{port}/ready", child)
            other: LocalHub = replace(hub, url=f"http://127.0.0.1:{port}", process=child)
            sim = Sim(sandbox_url)
            yield Pair(Caller(hub, sim), Caller(other, sim), url, child)
        finally:
            kill(child)


def kill(child: "subprocess.Popen[bytes]") -> None:
    """End a hub with all its workers at once."""
    if child.poll() is None:
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def raced(*acts: Callable[[], Answer]) -> list[int]:
    """Return the statuses of calls that were made at one moment."""
    barrier, found = threading.Barrier(len(acts)), list[int]()

    def run(act: Callable[[], Answer]) -> None:
        barrier.wait()
        found.append(act().status)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return sorted(found)


def test_of_two_that_make_one_name_one_is_told(pair: Pair) -> None:
    """By level, by id, by clone, by a new name: one 200 and one 409, and nothing is mixed."""
    first, second = pair.first, pair.second
    shape = first.call("GET", "/vdrs?systemOnly=true").json[0]["id"]
    at = "/organizations/objects/{}/definitions"

    def both(method: str, path: str, bodies: list[dict[str, Any]]) -> list[int]:
        return raced(
            lambda: first.call(method, path, bodies[0]),
            lambda: second.call(method, path, bodies[1]),
        )

    fields = [{"fields": [{"path": path}]} for path in ("one", "two")]
    for n in range(ROUNDS):
        assert both("POST", at.format(f"level{n}"), fields) == [200, 409]
        assert len(first.call("GET", at.format(f"level{n}")).json["fields"]) == 1
        named = [{"objectName": f"id{n}", **one} for one in fields]
        assert both("POST", "/vdrs", named) == [200, 409]
        assert len(first.call("GET", at.format(f"id{n}")).json["fields"]) == 1
        clones = [{"objectName": f"clone{n}"}] * 2
        assert both("POST", f"/vdrs/{shape}/clone", clones) == [200, 409]
        mappings = [{"vendorName": name} for name in ("contacts", "companies")]
        path = f"/organizations/elements/closeio/transformations/level{n}"
        assert both("POST", path, mappings) == [200, 409]
        by_name = raced(
            lambda n=n: first.call("PATCH", f"/common-resources/level{n}", {"name": f"new{n}"}),
            lambda n=n: second.call("PATCH", f"/common-resources/id{n}", {"name": f"new{n}"}),
        )
        assert by_name == [200, 409]
        for word in ("left", "right"):
            assert first.call("POST", at.format(f"{word}{n}"), {"fields": []}).status == 200
        by_level = raced(
            lambda n=n: first.call(
                "PATCH", f"/organizations/objects/left{n}", {"objectName": f"same{n}"}
            ),
            lambda n=n: second.call(
                "PATCH", f"/organizations/objects/right{n}", {"objectName": f"same{n}"}
            ),
        )
        assert by_level == [200, 409]
        upserts = [{"name": f"upsert{n}", **one} for one in fields]
        assert both("PUT", "/common-resources", upserts) == [200, 200]
        assert len(first.call("GET", f"/common-resources/upsert{n}").json["fields"]) == 1


def test_an_import_that_is_killed_changes_nothing(pair: Pair) -> None:
    """Killed when all definitions are written and a transformation is next."""
    first, second = pair.first, pair.second
    at = "/organizations/objects/definitions"
    kept = {"objectDefinitions": {"kept": {"fields": [{"path": "before"}]}}}
    assert first.call("PUT", "/vdrs/import", kept).status == 200
    before = first.call("GET", at).json
    names = ("kept", "more", "zoo")
    backup = {
        "objectDefinitions": {name: {"fields": [{"path": "after"}]} for name in names},
        "transformations": {
            key: {"zoo": {"vendorName": "contacts", "fields": [{"path": "after"}]}} for key in KEYS
        },
    }
    ended: list[BaseException | int] = []

    def bring() -> None:
        try:
            ended.append(second.call("PUT", "/vdrs/import", backup).status)
        except OSError as exc:
            ended.append(exc)

    bringing = threading.Thread(target=bring)

    async def killed() -> None:
        holder = await asyncpg.connect(pair.database_url)
        watcher = await asyncpg.connect(pair.database_url)
        transaction = holder.transaction()
        await transaction.start()
        # The number of the first transformation is waited for, after every definition.
        await holder.execute("INSERT INTO counters VALUES ('transformations', 1)")
        bringing.start()
        give_up = time.monotonic() + 60
        waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        while not await watcher.fetchval(waiting):
            assert time.monotonic() < give_up, "the import does not come to its transformations"
            await asyncio.sleep(0.01)
        kill(pair.process)
        await transaction.rollback()
        await holder.close()
        await watcher.close()

    asyncio.run(killed())
    bringing.join(60)
    assert isinstance(ended[0], OSError)
    assert first.call("GET", at).json == before
    assert first.call("GET", "/organizations/objects/zoo/transformations").status == 404
    again = first.call("PUT", "/vdrs/import", backup)
    assert (again.status, again.json) == (200, {"vdrNames": list(names)}), again.text
    told = first.call("GET", at).json
    assert {name: one["fields"][0]["path"] for name, one in told.items()} == dict.fromkeys(
        names, "after"
    )
