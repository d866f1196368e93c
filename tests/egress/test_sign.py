"""What is signed is signed anew for every attempt, and for its own origin only."""

from dataclasses import replace

from tests.egress.conftest import Server
from valence.egress import Egress, OutboundRequest


class Signer:
    """Numbers what it signs."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, request: OutboundRequest) -> OutboundRequest:
        self.count += 1
        headers = (*request.headers, ("X-Signature", f"{self.count} {request.url}"))
        return replace(request, headers=headers)


async def test_a_repeat_has_a_signature_of_its_own(server: Server, still: Egress) -> None:
    """A vendor refuses a number that it has seen."""
    server.told = [(429, {"Retry-After": "1"})]
    url = server.url + "/told"
    await still.send(OutboundRequest("POST", url, body=b"{}", sign=Signer()))
    assert [headers["X-Signature"] for headers in server.headers] == [f"1 {url}", f"2 {url}"]


async def test_a_redirect_is_signed_for_its_own_address(server: Server, egress: Egress) -> None:
    """As long as it stays at the origin; another one gets no signature."""
    await egress.send(OutboundRequest("GET", server.url + "/away", sign=Signer()))
    assert [headers.get("X-Signature") for headers in server.headers] == [
        f"1 {server.url}/away",
        None,
    ]
    async with egress.stream(OutboundRequest("GET", server.url + "/ok", sign=Signer())) as stream:
        assert stream.status == 200
    assert server.headers[-1]["X-Signature"] == f"1 {server.url}/ok"
