"""The running hub of the journeys."""

from tests.journeys.conftest import caller, local_hub

__all__ = ["caller", "local_hub"]
