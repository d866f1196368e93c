"""Trading an authorization code for tokens, once per code."""

from valence.domain import (
    Clock,
    Conflict,
    Element,
    InvalidRequest,
    ValenceError,
    VendorError,
)
from valence.instances.seals import InstanceSeals
from valence.storage import Connection, Database, redemptions

REMEMBERED_MS = 24 * 3_600_000


class Redemption:
    """Claims codes, exchanges them, and remembers what became of them."""

    def __init__(
        self,
        database: Database,
        seals: InstanceSeals,
        *,
        clock: Clock,
        timeout_seconds: float,
    ) -> None:
        self._database = database
        self._seals = seals
        self._clock = clock
        self._timeout_seconds = timeout_seconds

    def code_hash(self, organization_id: int, element: Element, code: str) -> bytes:
        """Return the keyed hash under which a code is remembered."""
        return self._seals.hash("authorization code", str(organization_id), element.key, code)

    async def claim(self, code_hash: bytes) -> None:
        """Claim a code for one exchange.

        Raises:
            Conflict: another request is exchanging it right now.
            InvalidRequest: it made an instance before.
        """
        now = self._clock.now_ms()
        expires_ms = now + int(self._timeout_seconds * 2000)
        async with self._database.write() as connection:
            if await redemptions.begin(connection, code_hash, now=now, expires_ms=expires_ms):
                return
            made = await redemptions.instance_of(connection, code_hash)
        if made is not None:
            raise InvalidRequest(
                "The authorization code was used before. Ask for a new oauthUrl and let the owner"
                " consent again.",
                code="code-already-used",
            )
        raise Conflict(
            "Another request is using this authorization code right now.", code="code-in-use"
        )

    async def made(self, code_hash: bytes) -> int | None:
        """Return the instance that a code made or renewed, if it did."""
        async with self._database.read() as connection:
            return await redemptions.instance_of(connection, code_hash)

    async def give_back(self, code_hash: bytes) -> None:
        """Let a claimed code be tried again."""
        async with self._database.write() as connection:
            await redemptions.give_back(connection, code_hash)

    async def finish(self, connection: Connection, code_hash: bytes, *, instance_id: int) -> None:
        """Record, in the transaction that stores the tokens, that the code is spent."""
        await redemptions.finish(
            connection,
            code_hash,
            instance_id=instance_id,
            expires_ms=self._clock.now_ms() + REMEMBERED_MS,
        )


def may_be_unused(error: ValenceError) -> bool:
    """Tell whether a failed exchange may have left the code unspent.

    A refusal of the client or the callback spends nothing at most vendors; the vendor decides at
    the next try. Only its word that the code itself is spent ends the matter."""
    return isinstance(error, VendorError) or error.code not in ("code-already-used", "code-expired")
