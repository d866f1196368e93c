"""The vendor request onto the wire, authenticated; a refused token is renewed once and tried
again.
"""

from valence.egress import Egress, OutboundRequest, OutboundResponse
from valence.gateway.values import Resolved, VendorRequest
from valence.instances import Authorization, Credentials


class Sender:
    """Sends vendor requests."""

    def __init__(self, egress: Egress, credentials: Credentials, *, timeout_seconds: float) -> None:
        self._egress = egress
        self._credentials = credentials
        self._timeout_seconds = timeout_seconds

    async def send(self, request: VendorRequest, resolved: Resolved) -> OutboundResponse:
        """Return the vendor's answer, whatever its status.

        Raises:
            NeedsOwner: the vendor refused the grant for good.
            VendorError: no usable answer came.
        """
        instance = resolved.instance
        authorization = self._credentials.warm_headers(instance)
        if authorization is None:
            authorization = await self._credentials.headers(instance, resolved.element)
        response = await self._egress.send(self._outbound(request, authorization))
        if response.status != 401 or not authorization.version:
            return response
        # The vendor did nothing but refuse the token, so the same call, POST or not, may be
        # repeated.
        renewed = await self._credentials.after_refusal(
            instance, resolved.element, version=authorization.version
        )
        response = await self._egress.send(self._outbound(request, renewed))
        if response.status != 401:
            self._credentials.renewal_helped(instance)
        return response

    def _outbound(self, request: VendorRequest, authorization: Authorization) -> OutboundRequest:
        return OutboundRequest(
            request.method,
            request.url,
            headers=request.headers + authorization.headers,
            body=request.body,
            timeout_seconds=self._timeout_seconds,
        )
