"""What the operator chooses, read once at start from the environment and an optional TOML file.

The environment wins over the file; the file is named by `VALENCE_CONFIG`. Every setting is listed
in docs/reference/settings.md, and a test says so. A bad value stops the start with one sentence
that names the setting. No other file of the product reads the environment."""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from valence.domain import OperatorError

PREFIX = "VALENCE_"


class BadSetting(OperatorError):
    """A setting that cannot be used; its message names the setting and what is expected."""

    code = "bad-setting"


class Settings(BaseModel):
    """Everything that can be set, with its default. Durations are in seconds."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    data_dir: Path = Field(
        default=Path("data"), description="Folder for the database, the master key and run files."
    )
    database_url: str = Field(
        default="",
        description="sqlite:///PATH or postgresql://...; by default SQLite in the data directory.",
    )
    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(default=8080, ge=0, le=65535, description="Port to listen on.")
    public_url: str = Field(
        default="", description="Address at which browsers reach Valence; by default host and port."
    )
    contact_email: str = Field(
        default="",
        max_length=254,
        description="Whom API documents name for questions. Default: the postmaster of the host.",
    )
    workers: int = Field(default=1, ge=1, le=64, description="Server processes.")
    allowed_hosts: tuple[str, ...] = Field(
        default=(),
        description="Further host names to answer to, beside the public one, loopback and"
        " *.localhost; '*' allows any.",
    )
    trusted_proxies: tuple[str, ...] = Field(
        default=(), description="Addresses of proxies whose X-Forwarded-* headers are believed."
    )
    cors_origins: tuple[str, ...] = Field(
        default=("*",), description="Origins that browsers may call the API from."
    )
    outbound_allow_loopback: bool = Field(
        default=False, description="Let outbound calls reach loopback, over plain http too."
    )
    sandbox_url: str = Field(
        default="",
        description="Address of the sandbox vendors; elements they play then use it.",
    )
    master_key: str = Field(
        default="", repr=False, description="Master key, base64 of 32 bytes; instead of the file."
    )
    master_key_file: Path | None = Field(
        default=None, description="Keyring file; by default master.keys in the data directory."
    )
    master_key_command: str = Field(
        default="", description="Command whose standard output is the keyring file's content."
    )
    synchronous: Literal["full", "normal"] = Field(
        default="full",
        description="SQLite durability: full survives power loss, normal only a killed process.",
    )
    vendor_timeout: float = Field(
        default=60.0, gt=0, description="Deadline of one vendor call, in seconds."
    )
    token_timeout: float = Field(
        default=60.0, gt=0, description="Deadline of one token request, in seconds."
    )
    refresh_margin: float = Field(
        default=0.1,
        ge=0,
        lt=1,
        description="Refresh when this fraction of a token's lifetime is left.",
    )
    sweep_interval: float = Field(
        default=60.0, gt=0, description="Seconds between looks for tokens due while nobody calls."
    )
    time_scale: float = Field(
        default=1.0,
        gt=0,
        le=1,
        description="Factor on the refresh machinery's own durations; below 1 only in tests.",
    )
    session_hours: float = Field(
        default=12.0, gt=0, description="Hours a console session or bearer token lives."
    )
    max_body_bytes: int = Field(
        default=16 * 1024 * 1024, gt=0, description="Largest request body accepted."
    )
    max_file_bytes: int = Field(
        default=256 * 1024 * 1024,
        gt=0,
        description="Largest form with files accepted, and largest file handed on.",
    )
    request_log: Literal["all", "errors", "off"] = Field(
        default="all", description="Which calls of resources are remembered."
    )
    request_log_days: float = Field(
        default=7.0, gt=0, description="Days that calls are remembered."
    )
    request_log_rows: int = Field(
        default=200_000, ge=1000, description="Most calls remembered; the oldest go first."
    )
    secrets_file: Path | None = Field(
        default=None,
        description="JSON with userSecret and organizationSecret, for verbs that call a hub.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="Least severe log line written."
    )
    log_format: Literal["json", "text"] = Field(
        default="json", description="json for machines, text for people."
    )

    @field_validator("allowed_hosts", "trusted_proxies", "cors_origins", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("sandbox_url", "public_url")
    @classmethod
    def _http_address(cls, value: str) -> str:
        value = value.rstrip("/")
        if not value:
            return value
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query:
            raise ValueError("expected an address such as http://127.0.0.1:8090")
        return value

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str) -> str:
        if value and urlsplit(value).scheme.split("+")[0] not in ("sqlite", "postgresql"):
            raise ValueError("expected sqlite:///PATH or postgresql://USER:PASSWORD@HOST/NAME")
        return value

    @model_validator(mode="after")
    def _consistent(self) -> "Settings":
        if self.master_key and self.master_key_command:
            raise ValueError("set either master_key or master_key_command, not both")
        return self

    @property
    def effective_database_url(self) -> str:
        """The database URL, the embedded default filled in."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'valence.db').resolve()}"

    @property
    def effective_public_url(self) -> str:
        """The public address without a trailing slash, the default filled in."""
        return self.public_url or f"http://{self.host}:{self.port}"

    def client_address(self, peer: str, forwarded_for: str) -> str:
        """Return a caller's network address; `X-Forwarded-For` counts from a trusted proxy only."""
        if peer not in self.trusted_proxies:
            return peer
        return forwarded_for.rpartition(",")[2].strip() or peer

    @property
    def keyring_file(self) -> Path:
        """The keyring file, the default filled in."""
        return self.master_key_file or self.data_dir / "master.keys"


def load_settings(environment: Mapping[str, str] | None = None, **overrides: object) -> Settings:
    """Read settings: overrides (command line) over environment over the TOML file over defaults.

    Args:
        environment: by default the process's own.
        overrides: values of None are ignored.

    Raises:
        BadSetting: a value is not usable, or the file has an unknown name in it.
    """
    environment = os.environ if environment is None else environment
    values: dict[str, object] = {}
    file = environment.get(PREFIX + "CONFIG")
    if file:
        values.update(_read_toml(Path(file)))
    for name in Settings.model_fields:
        raw = environment.get(PREFIX + name.upper())
        if raw is not None and raw != "":
            values[name] = raw
    values.update({name: value for name, value in overrides.items() if value is not None})
    try:
        return Settings.model_validate(values)
    except ValidationError as exc:
        raise BadSetting(_sentence(exc)) from exc


def _read_toml(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as exc:
        raise BadSetting(f"{PREFIX}CONFIG names {path}, which cannot be read.") from exc
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as exc:
        raise BadSetting(f"{PREFIX}CONFIG names {path}, which is not TOML: {exc}.") from exc


def _sentence(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    name = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        return f"There is no setting named {name!r}; see docs/reference/settings.md."
    if not name:
        return f"The settings do not fit together: {first['msg']}."
    return f"{PREFIX}{name.upper()} (or {name} in the file) is not usable: {first['msg']}."
