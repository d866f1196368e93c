"""A hub with an element of the test's own in front of a vendor on loopback."""

from tests.gateway.conftest import open_walk, vendor

__all__ = ["open_walk", "vendor"]
