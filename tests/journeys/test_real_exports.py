"""Exports of the platform that Valence is compatible with: they import, and come out the same.

They are not part of this repository: VALENCE_EXPORTS names their folder. Without it, these tests
are skipped."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.conftest import Caller

FOLDER = os.environ.get("VALENCE_EXPORTS", "")
FILES = sorted(Path(FOLDER).glob("vdr-*.json")) if FOLDER else []
pytestmark = pytest.mark.skipif(not FILES, reason="VALENCE_EXPORTS names no folder with exports")


def told(document: dict[str, Any]) -> dict[str, Any]:
    """Return what an export says, whatever the order of rows and what is left out as empty."""

    def rows(given: list[dict[str, Any]]) -> list[str]:
        kept = [
            {name: value for name, value in one.items() if value not in ("", None, [])}
            for one in given
        ]
        return sorted(json.dumps(one, sort_keys=True) for one in kept)

    return {
        "name": document["vdrName"],
        "fields": rows(document["definition"]["fields"]),
        "elements": {
            key: {
                "vendorName": one["vendorName"],
                "isLegacy": one["isLegacy"],
                "configuration": rows(one["configuration"]),
                "fields": rows(one["fields"]),
                "scripts": rows(one["scripts"]),
                "script": rows([one["script"]] if one["script"] else []),
            }
            for key, one in document["transformation"].items()
        },
    }


@pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])
def test_a_real_export_comes_out_equivalent(caller: Caller, file: Path) -> None:
    """Definition, options, fields and scripts, each at its level."""
    document = json.loads(file.read_text())
    made = caller.call("PUT", "/vdrs/import", document)
    assert made.status == 200, made.text
    at = f"/vdrs/{document['vdrName']}/export"
    assert told(caller.call("GET", at).json) == told(document)
    for one in caller.call("GET", "/vdrs").json:
        caller.call("DELETE", f"/vdrs/{one['id']}")
