"""A served call of a resource, as it is remembered: whose it was, how it went, where time went."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from valence.domain.quick import quick


@quick
@dataclass(frozen=True, slots=True)
class Call:
    """One call of an element instance.

    `path` is below the API's base without the query; `query` as remembered has secrets masked.
    `status` is what the caller was answered, `address` where he called from. `stages` are the
    pipeline's stages in their order, each with the microseconds it took. `exchanges` counts the
    requests made to the vendor; `trace` holds them, redacted, where trace logging was on.
    """

    request_id: str
    at_ms: int
    duration_us: int
    organization_id: int
    account_id: int
    user_id: int
    instance_id: int
    element_id: int
    element_key: str
    method: str
    path: str
    status: int
    query: str = ""
    code: str | None = None
    message: str | None = None
    whose: str | None = None
    stages: tuple[tuple[str, int], ...] = ()
    exchanges: int = 0
    address: str = ""
    is_traced: bool = False
    trace: tuple[Mapping[str, object], ...] = field(default=(), repr=False)

    @property
    def is_success(self) -> bool:
        """Tell whether the caller got what he asked for."""
        return self.status < 400
