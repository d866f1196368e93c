"""One process of the race: opens a hub's services, waits for the start, asks for headers.

Prints one JSON line: what it got, or which error. Run by `test_matrix.py`.
"""

import asyncio
import json
import sys

from valence.assembly import open_services
from valence.domain import ValenceError
from valence.settings import load_settings


async def main(instance_id: int, callers: int) -> None:
    """Ask as several callers at once."""
    async with open_services(load_settings()) as services:
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        instance = await services.reader.by_id(instance_id)
        assert instance is not None
        element = await services.elements.of(instance.account_id, instance.element_id)
        found = await asyncio.gather(
            *(services.credentials.headers(instance, element) for _ in range(callers)),
            return_exceptions=True,
        )
    outcomes = sorted(
        {
            one.code if isinstance(one, ValenceError) else getattr(one, "version", repr(one))
            for one in found
        },
        key=str,
    )
    print(json.dumps(outcomes), flush=True)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
