"""How a sandbox starts; everything can be changed later through `/_sim`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SandboxSettings:
    """Choices at start."""

    client_id: str = "sandbox-client"
    client_secret: str = "sandbox-secret"
    username: str = "demo"
    password: str = "demo"
    has_limits: bool = True
    contacts: int = 0
