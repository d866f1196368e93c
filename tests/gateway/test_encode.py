"""Vendor requests on their way to bytes."""

from typing import Any

import pytest

from valence.domain import InvalidRequest
from valence.gateway.encode import encode
from valence.gateway.values import Body, VendorRequest


def nested(levels: int) -> Any:
    value: Any = {}
    for _ in range(levels):
        value = {"a": value}
    return value


@pytest.mark.parametrize("value", [nested(300), {"number": 10**30}])
def test_a_body_that_json_cannot_hold_is_the_callers_fault(value: Any) -> None:
    """It is refused by name."""
    request = VendorRequest("POST", "https://a.example", "/x", {}, (), Body("json", value))
    with pytest.raises(InvalidRequest) as refused:
        encode(request)
    assert refused.value.code == "bad-body"
