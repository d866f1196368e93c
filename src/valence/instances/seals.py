"""Which secret of an instance is sealed for which place."""

import json

from valence.domain import Secret
from valence.oauth import TokenSet
from valence.vault import Place, Vault


class InstanceSeals:
    """Seals and opens the three kinds of secrets an instance has."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def token_hash(self, token: str) -> bytes:
        """Return the keyed hash by which an instance token is found."""
        return self._vault.lookup_hash("instance token", token)

    def hash(self, purpose: str, *parts: str) -> bytes:
        """Return a keyed hash of several parts, which cannot run into each other."""
        return self._vault.lookup_hash(purpose, json.dumps(parts))

    async def seal_token(self, token: Secret, *, organization_id: int, uid: str) -> bytes:
        """Seal an instance token."""
        place = Place("instances", uid, "token")
        return await self._vault.seal(token.reveal(), organization_id=organization_id, place=place)

    async def open_token(self, sealed: bytes, *, organization_id: int, uid: str) -> Secret:
        """Open an instance token."""
        place = Place("instances", uid, "token")
        return await self._vault.unseal(sealed, organization_id=organization_id, place=place)

    async def seal_value(self, value: str, *, organization_id: int, uid: str, key: str) -> bytes:
        """Seal a secret configuration value."""
        place = Place("instance_configuration", uid, key)
        return await self._vault.seal(value, organization_id=organization_id, place=place)

    async def open_value(
        self, sealed: bytes, *, organization_id: int, uid: str, key: str
    ) -> Secret:
        """Open a secret configuration value."""
        place = Place("instance_configuration", uid, key)
        return await self._vault.unseal(sealed, organization_id=organization_id, place=place)

    async def seal_draft(self, text: str, *, organization_id: int, uid: str) -> bytes:
        """Seal what a pending authorization carries."""
        place = Place("authorizations", uid, "sealed")
        return await self._vault.seal(text, organization_id=organization_id, place=place)

    async def open_draft(self, sealed: bytes, *, organization_id: int, uid: str) -> str:
        """Open what a pending authorization carries."""
        place = Place("authorizations", uid, "sealed")
        opened = await self._vault.unseal(sealed, organization_id=organization_id, place=place)
        return opened.reveal()

    async def seal_tokens(self, tokens: TokenSet, *, organization_id: int, uid: str) -> bytes:
        """Seal a token set as JSON."""
        text = json.dumps(
            {
                "access_token": tokens.access_token.reveal(),
                "refresh_token": tokens.refresh_token.reveal() if tokens.refresh_token else None,
                "token_type": tokens.token_type,
                "scope": tokens.scope,
                "issued_ms": tokens.issued_ms,
                "expires_ms": tokens.expires_ms,
                "extra": dict(tokens.extra),
                "token_secret": tokens.token_secret.reveal() if tokens.token_secret else None,
            }
        )
        place = Place("credentials", uid, "tokens")
        return await self._vault.seal(text, organization_id=organization_id, place=place)

    async def open_tokens(self, sealed: bytes, *, organization_id: int, uid: str) -> TokenSet:
        """Open a token set."""
        place = Place("credentials", uid, "tokens")
        opened = await self._vault.unseal(sealed, organization_id=organization_id, place=place)
        stored = json.loads(opened.reveal())
        refresh_token, token_secret = stored["refresh_token"], stored.get("token_secret")
        return TokenSet(
            access_token=Secret(stored["access_token"]),
            refresh_token=Secret(refresh_token) if refresh_token else None,
            token_type=stored["token_type"],
            scope=stored["scope"],
            issued_ms=stored["issued_ms"],
            expires_ms=stored["expires_ms"],
            extra=stored["extra"],
            token_secret=Secret(token_secret) if token_secret is not None else None,
        )
