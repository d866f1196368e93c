"""What the console is given by assembly."""

from dataclasses import dataclass

from valence.activity import CallReader
from valence.domain import Clock
from valence.elements import Catalog
from valence.gateway import Gateway
from valence.instances import Credentials, Instances
from valence.settings import Settings
from valence.tenancy import OAuthApps, Tenancy


@dataclass(frozen=True, slots=True)
class ConsoleServices:
    """The services behind the pages."""

    settings: Settings
    clock: Clock
    tenancy: Tenancy
    oauth_apps: OAuthApps
    catalog: Catalog
    instances: Instances
    credentials: Credentials
    gateway: Gateway
    calls: CallReader

    @property
    def callback_url(self) -> str:
        """The address to which vendors send browsers back."""
        return f"{self.settings.effective_public_url}/console/oauth/callback"
