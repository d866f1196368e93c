"""`python -m valence_sandbox --port N`: the fake vendors alone."""

import argparse

import uvicorn

from valence_sandbox.app import create_app
from valence_sandbox.settings import SandboxSettings


def main() -> None:
    """Read the command line and serve until interrupted."""
    parser = argparse.ArgumentParser(prog="valence_sandbox")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8090)
    parser.add_argument("--contacts", type=int, default=0, help="contacts to seed beside the usual")
    parser.add_argument("--no-limits", action="store_true", help="count calls but refuse none")
    chosen = parser.parse_args()
    settings = SandboxSettings(has_limits=not chosen.no_limits, contacts=chosen.contacts)
    print(f"The sandbox vendors are at http://{chosen.host}:{chosen.port}", flush=True)
    uvicorn.run(
        create_app(settings),
        host=chosen.host,
        port=chosen.port,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=1,
    )


if __name__ == "__main__":
    main()
