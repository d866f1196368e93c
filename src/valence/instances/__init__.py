"""Element instances: how they come to be, how their credentials stay alive, how they end.

Open `instances.py` first, then `refresh.py`, where the room's hardest promise is kept: a refresh
happens once. The room asks the vault for secrets and hands them on as `Secret`; it refuses to
build vendor requests of any kind but token requests."""

from valence.instances.authorizations import AuthorizationFailed
from valence.instances.clients import Clients
from valence.instances.configuration import shown as shown_configuration
from valence.instances.credentials import Credentials, CredentialStatus
from valence.instances.drafts import InstanceDraft
from valence.instances.instances import Instances
from valence.instances.kinds import asks_owner, is_session, kind_of, logs_in
from valence.instances.life_cycle import ON_AUTHORIZE, Ran
from valence.instances.reader import InstanceReader
from valence.instances.refresh import Refresher
from valence.instances.requests import (
    ConfigurationRecord,
    CreatedInstance,
    InstanceChange,
    NewInstance,
    OAuthUrl,
    OAuthUrlRequest,
)
from valence.instances.schemes.authorization import NOTHING, Authorization
from valence.instances.seals import InstanceSeals
from valence.instances.sweep import Sweep

__all__ = [
    "NOTHING",
    "ON_AUTHORIZE",
    "Authorization",
    "AuthorizationFailed",
    "Clients",
    "ConfigurationRecord",
    "CreatedInstance",
    "CredentialStatus",
    "Credentials",
    "InstanceChange",
    "InstanceDraft",
    "InstanceReader",
    "InstanceSeals",
    "Instances",
    "NewInstance",
    "OAuthUrl",
    "OAuthUrlRequest",
    "Ran",
    "Refresher",
    "Sweep",
    "asks_owner",
    "is_session",
    "kind_of",
    "logs_in",
    "shown_configuration",
]
