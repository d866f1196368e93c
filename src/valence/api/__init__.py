"""HTTP in, HTTP out: the platform API and the way to the gateway.

Open `app.py` first. Routes are thin: they read HTTP into values, ask a service, and show its
answer in the wire contract's shape. The room refuses to decide anything about tenants, instances
or vendors."""

from valence.api.access import AccessLog
from valence.api.app import create_api, platform_nouns, platform_openapi
from valence.api.services import ApiServices

__all__ = ["AccessLog", "ApiServices", "create_api", "platform_nouns", "platform_openapi"]
