"""Tables, repositories and migrations: SQLite and PostgreSQL through one code path.

Open `database.py` first, then `tables.py`. A repository is a module of functions that take a
connection; whoever calls decides what is one transaction. The room refuses to open a sealed
value: it stores bytes."""

from valence.storage import (
    authorizations,
    calls,
    common_resources,
    counters,
    credentials,
    data_keys,
    elements,
    instance_health,
    instances,
    leases,
    oauth_apps,
    redemptions,
    sessions,
    snippets,
    system_level,
    tenants,
    timeline,
)
from valence.storage.calls import CallQuery, CallRow
from valence.storage.common_resources import Place
from valence.storage.database import Connection, Database
from valence.storage.health import Health, check
from valence.storage.instance_health import HealthQuery, HealthRow
from valence.storage.instances import InstanceQuery
from valence.storage.migrate import migrate, schema_revision
from valence.storage.revisions import RevisionName, Revisions, bump
from valence.storage.rows import CredentialRow
from valence.storage.slots import claim_slot, count_taken, release_slot
from valence.storage.sql_clock import now_ms

__all__ = [
    "CallQuery",
    "CallRow",
    "Connection",
    "CredentialRow",
    "Database",
    "Health",
    "HealthQuery",
    "HealthRow",
    "InstanceQuery",
    "Place",
    "RevisionName",
    "Revisions",
    "authorizations",
    "bump",
    "calls",
    "check",
    "claim_slot",
    "common_resources",
    "count_taken",
    "counters",
    "credentials",
    "data_keys",
    "elements",
    "instance_health",
    "instances",
    "leases",
    "migrate",
    "now_ms",
    "oauth_apps",
    "redemptions",
    "release_slot",
    "schema_revision",
    "sessions",
    "snippets",
    "system_level",
    "tenants",
    "timeline",
]
