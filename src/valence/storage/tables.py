"""The tables, one code path for SQLite and PostgreSQL.

Times are epoch milliseconds (`_ms`). Sealed columns are bytes that only the vault can open; a row
that holds one has a random `uid`, which is part of what binds the sealed value to its place. What
must be looked up and is secret is stored as a keyed hash (`_hash`).
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

# SQLite numbers rows only when the type is exactly INTEGER.
Id = BigInteger().with_variant(Integer, "sqlite")

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

organizations = Table(
    "organizations",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("uid", String(32), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("secret_sealed", LargeBinary, nullable=False),
    Column("secret_hash", LargeBinary(32), nullable=False, unique=True),
    Column("created_ms", BigInteger, nullable=False),
    Column("vdr_version", String(2), nullable=False, server_default="v1"),
)

accounts = Table(
    "accounts",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("organization_id", ForeignKey("organizations.id"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("description", Text, nullable=False, default=""),
    Column("external_id", Text),
    Column("is_default", Boolean, nullable=False),
    Column("is_active", Boolean, nullable=False, default=True),
    Column("created_ms", BigInteger, nullable=False),
)

users = Table(
    "users",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("uid", String(32), nullable=False, unique=True),
    Column("organization_id", ForeignKey("organizations.id"), nullable=False, index=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False, index=True),
    Column("email", Text, nullable=False),
    Column("email_folded", Text, nullable=False, unique=True),
    Column("first_name", Text, nullable=False),
    Column("last_name", Text, nullable=False),
    Column("role", String(32), nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("secret_sealed", LargeBinary, nullable=False),
    Column("secret_hash", LargeBinary(32), nullable=False, unique=True),
    Column("is_active", Boolean, nullable=False, default=True),
    Column("created_ms", BigInteger, nullable=False),
    Column("last_login_date", String(10)),
    Column("is_vdr_admin", Boolean, nullable=False, server_default=false()),
)

bearer_tokens = Table(
    "bearer_tokens",
    metadata,
    Column("token_hash", LargeBinary(32), primary_key=True),
    Column("user_id", ForeignKey("users.id"), nullable=False, index=True),
    Column("created_ms", BigInteger, nullable=False),
    Column("expires_ms", BigInteger, nullable=False),
)

console_sessions = Table(
    "console_sessions",
    metadata,
    Column("session_hash", LargeBinary(32), primary_key=True),
    Column("user_id", ForeignKey("users.id"), nullable=False, index=True),
    Column("csrf_token", String(64), nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("expires_ms", BigInteger, nullable=False),
)

login_attempts = Table(
    "login_attempts",
    metadata,
    Column("subject_hash", LargeBinary(32), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("window_ends_ms", BigInteger, nullable=False),
)

data_keys = Table(
    "data_keys",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("organization_id", BigInteger, nullable=False),  # 0: the installation's own
    Column("purpose", String(16), nullable=False),  # seal | lookup
    Column("wrapped", LargeBinary, nullable=False),
    Column("master_key_id", String(32), nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    UniqueConstraint("organization_id", "purpose"),
)

oauth_apps = Table(
    "oauth_apps",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("uid", String(32), nullable=False, unique=True),
    Column("organization_id", ForeignKey("organizations.id"), nullable=False),
    Column("element_key", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("client_id_sealed", LargeBinary, nullable=False),
    Column("client_secret_sealed", LargeBinary, nullable=False),
    Column("callback_url", Text, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    UniqueConstraint("organization_id", "element_key", "name"),
)

instances = Table(
    "instances",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("uid", String(32), nullable=False, unique=True),
    Column("organization_id", ForeignKey("organizations.id"), nullable=False),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("user_id", ForeignKey("users.id"), nullable=False),
    Column("element_key", Text, nullable=False),
    Column("element_id", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("name_folded", Text, nullable=False),
    Column("token_sealed", LargeBinary, nullable=False),
    Column("token_hash", LargeBinary(32), nullable=False, unique=True),
    Column("external_authentication", String(16), nullable=False),
    Column("is_disabled", Boolean, nullable=False),
    Column("events_enabled", Boolean, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("updated_ms", BigInteger, nullable=False),
    Column("trace_until_ms", BigInteger),  # wire traces of its calls are kept until then
    Index("ix_instances_account", "account_id", "id"),
    Index("ix_instances_element", "account_id", "element_key", "id"),
    sqlite_autoincrement=True,  # a deleted id is never given again
)

instance_tags = Table(
    "instance_tags",
    metadata,
    Column("instance_id", ForeignKey("instances.id", ondelete="CASCADE"), primary_key=True),
    Column("tag", Text, primary_key=True),
    Column("position", Integer, nullable=False),
    Index("ix_instance_tags_tag", "tag"),
)

instance_configuration = Table(
    "instance_configuration",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("instance_id", ForeignKey("instances.id", ondelete="CASCADE"), nullable=False),
    Column("key", Text, nullable=False),
    Column("value", Text),  # exactly one of value and sealed is present
    Column("sealed", LargeBinary),
    UniqueConstraint("instance_id", "key"),
)

credentials = Table(
    "credentials",
    metadata,
    Column(
        "instance_id",
        ForeignKey("instances.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("version", BigInteger, nullable=False),  # raised by every new grant; compare-and-set
    Column("fence", BigInteger, nullable=False),  # of the lease under which it was written
    Column("state", String(16), nullable=False),  # active | needs-owner
    Column("reason", Text),  # why its owner is needed
    Column("sealed", LargeBinary, nullable=False),  # the token set, JSON
    Column("issued_ms", BigInteger, nullable=False),
    Column("expires_ms", BigInteger),  # none: does not expire
    Column("due_ms", BigInteger),  # refresh from here on; none: never
    Column("sweep_ms", BigInteger),  # refresh from here on even when nobody calls
    Column("retry_ms", BigInteger, nullable=False, default=0),  # not before, after a failure
    Column("failures", Integer, nullable=False, default=0),  # transient ones in a row
    Column("intent_fence", BigInteger),  # a token call was begun under this fence
    Column("intent_ms", BigInteger),
    Index("ix_credentials_sweep", "sweep_ms"),
)

leases = Table(
    "leases",
    metadata,
    Column("key", Text, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("fence", BigInteger, nullable=False),
    Column("expires_ms", BigInteger, nullable=False),
)

authorizations = Table(
    "authorizations",
    metadata,
    Column("state_hash", LargeBinary(32), primary_key=True),
    Column("uid", String(32), nullable=False),
    Column("organization_id", BigInteger, nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("element_key", Text, nullable=False),
    Column("client_hash", LargeBinary(32), nullable=False),  # of the client id
    Column("callback_url", Text, nullable=False),
    Column("browser_hash", LargeBinary(32)),  # console: of the cookie that began the flow
    Column("sealed", LargeBinary),  # PKCE verifier and the console's draft, JSON
    Column("expires_ms", BigInteger, nullable=False),
)

redemptions = Table(
    "redemptions",
    metadata,
    Column("code_hash", LargeBinary(32), primary_key=True),
    Column("instance_id", BigInteger),  # none while the exchange is under way
    Column("expires_ms", BigInteger, nullable=False),
)

timeline = Table(
    "timeline",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("instance_id", ForeignKey("instances.id", ondelete="CASCADE"), nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("message", Text, nullable=False),
    Column("details", Text, nullable=False),  # JSON object of strings
    Index("ix_timeline_instance", "instance_id", "id"),
)

elements = Table(
    "elements",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),  # of the counter "elements"
    Column("organization_id", ForeignKey("organizations.id"), nullable=False),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("key", Text, nullable=False),
    Column("key_folded", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("is_active", Boolean, nullable=False),
    Column("origin_id", BigInteger),  # of a clone: the element it was made from
    Column("version", BigInteger, nullable=False),  # raised by every change
    Column("document", Text, nullable=False),  # element JSON with the ids of its parts
    Column("created_ms", BigInteger, nullable=False),
    Column("updated_ms", BigInteger, nullable=False),
    UniqueConstraint("account_id", "key_folded"),
)

element_extensions = Table(
    "element_extensions",
    metadata,
    Column("account_id", ForeignKey("accounts.id"), primary_key=True, autoincrement=False),
    Column("element_id", BigInteger, primary_key=True, autoincrement=False),  # of the catalog
    Column("version", BigInteger, nullable=False),  # raised by every change; the row stays
    Column("document", Text, nullable=False),  # the account's own parts of the element, JSON
    Column("updated_ms", BigInteger, nullable=False),
)

element_shares = Table(
    "element_shares",
    metadata,
    Column(
        "element_id",
        ForeignKey("elements.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("account_id", ForeignKey("accounts.id"), primary_key=True, autoincrement=False),
    Index("ix_element_shares_account", "account_id"),
)

counters = Table(
    "counters",
    metadata,
    Column("name", String(32), primary_key=True),  # elements | element parts | ...
    Column("number", BigInteger, nullable=False),  # the last one given
)

common_resources = Table(
    "common_resources",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("organization_id", ForeignKey("organizations.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    UniqueConstraint("organization_id", "name"),
    sqlite_autoincrement=True,
)

object_definitions = Table(
    "object_definitions",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("resource_id", ForeignKey("common_resources.id", ondelete="CASCADE"), nullable=False),
    Column("level", String(12), nullable=False),  # system | organization | account | instance
    Column("owner_id", BigInteger, nullable=False),  # of the level's organization, account, ...
    Column("instance_id", ForeignKey("instances.id", ondelete="CASCADE"), index=True),
    Column("document", Text, nullable=False),  # JSON
    Column("created_ms", BigInteger, nullable=False),
    Column("updated_ms", BigInteger, nullable=False),
    UniqueConstraint("resource_id", "level", "owner_id"),
    Index("ix_object_definitions_owner", "level", "owner_id"),
)

transformations = Table(
    "transformations",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("number", BigInteger, nullable=False),  # the same for all levels of object and element
    Column("resource_id", ForeignKey("common_resources.id", ondelete="CASCADE"), nullable=False),
    Column("element_key", Text, nullable=False),  # an import may name one that comes later
    Column("level", String(12), nullable=False),
    Column("owner_id", BigInteger, nullable=False),
    Column("instance_id", ForeignKey("instances.id", ondelete="CASCADE"), index=True),
    Column("document", Text, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("updated_ms", BigInteger, nullable=False),
    UniqueConstraint("resource_id", "element_key", "level", "owner_id"),
    Index("ix_transformations_owner", "level", "owner_id"),
)

system_objects = Table(
    "system_objects",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),  # made of hub and name
    Column("hub", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("document", Text),  # JSON; null: what the catalog says of it does not count
    Column("created_ms", BigInteger, nullable=False),
    Column("updated_ms", BigInteger, nullable=False),
)

system_templates = Table(
    "system_templates",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),  # made of object and element
    Column("object_id", BigInteger, nullable=False, index=True),  # perhaps the catalog's
    Column("element_key", Text, nullable=False),
    Column("document", Text),  # as above
    Column("created_ms", BigInteger, nullable=False),
    Column("updated_ms", BigInteger, nullable=False),
)

snippets = Table(
    "snippets",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("level", String(12), nullable=False),  # system | organization | account
    Column("owner_id", BigInteger, nullable=False),  # of the organization or account; 0
    Column("name", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("snippet_type", String(32), nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("updated_ms", BigInteger, nullable=False),
    Index("ix_snippets_owner", "level", "owner_id"),
    sqlite_autoincrement=True,
)

calls = Table(
    "calls",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("request_id", String(24), nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("duration_us", BigInteger, nullable=False),
    Column("organization_id", BigInteger, nullable=False),
    Column("account_id", BigInteger, nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("instance_id", BigInteger, nullable=False),  # the log outlives the instance
    Column("element_id", BigInteger, nullable=False),
    Column("element_key", Text, nullable=False),
    Column("method", String(8), nullable=False),
    Column("path", Text, nullable=False),
    Column("query", Text, nullable=False),
    Column("status", Integer, nullable=False),
    Column("code", Text),
    Column("message", Text),
    Column("whose", String(16)),
    Column("stages", Text, nullable=False),  # JSON array of [name, microseconds]
    Column("exchanges", Integer, nullable=False),
    Column("address", Text, nullable=False),
    Column("trace_sealed", LargeBinary),  # JSON array of exchanges
    Index("ix_calls_request", "request_id"),
    Index("ix_calls_account", "account_id", "id"),
    Index("ix_calls_instance", "instance_id", "id"),
    # All that counting the calls of a time needs; they come in its order, so it is cheap to keep.
    Index("ix_calls_time", "account_id", "at_ms", "instance_id", "user_id", "status"),
)

revisions = Table(
    "revisions",
    metadata,
    Column("name", String(32), primary_key=True),  # instances | callers | elements | mappings
    Column("number", BigInteger, nullable=False),
)
