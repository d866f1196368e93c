"""Token requests onto the wire: sent once, on a connection of their own, and read."""

from valence.domain import Clock
from valence.egress import Egress, OutboundRequest, OutboundResponse
from valence.oauth import TokenRequest, TokenSet, parse_oauth1_answer, parse_token_answer

TOKEN_ANSWER_LIMIT_BYTES = 256 * 1024


class TokenEndpoint:
    """Asks vendors for tokens."""

    def __init__(self, egress: Egress, *, clock: Clock, timeout_seconds: float) -> None:
        self._egress = egress
        self._clock = clock
        self.timeout_seconds = timeout_seconds

    async def ask(
        self,
        request: TokenRequest,
        *,
        previous: TokenSet | None = None,
        timeout_seconds: float | None = None,
    ) -> TokenSet:
        """Return the tokens that an endpoint of OAuth 2.0 issues.

        Args:
            previous: on a refresh, the set in use; its refresh token stays when none is returned.

        Raises:
            TokenRefused: the vendor's verdict.
            TokenAnswerUnusable: what came says nothing about the grant.
            VendorError: nothing came.
        """
        response = await self.send(request, timeout_seconds=timeout_seconds)
        return parse_token_answer(
            response.status,
            response.headers,
            response.body,
            now_ms=self._clock.now_ms(),
            previous=previous,
        )

    async def ask_oauth1(self, request: TokenRequest) -> TokenSet:
        """Return the token and secret that an endpoint of OAuth 1.0a issues. Raises as `ask`."""
        response = await self.send(request)
        return parse_oauth1_answer(response.status, response.body, now_ms=self._clock.now_ms())

    async def send(
        self, request: TokenRequest, *, timeout_seconds: float | None = None
    ) -> OutboundResponse:
        """Return the endpoint's answer, whatever it is. Raises VendorError: there is none."""
        return await self._egress.send_token_request(
            OutboundRequest(
                "POST",
                request.url,
                headers=request.headers,
                body=request.body,
                timeout_seconds=timeout_seconds or self.timeout_seconds,
                size_limit_bytes=TOKEN_ANSWER_LIMIT_BYTES,
            )
        )
