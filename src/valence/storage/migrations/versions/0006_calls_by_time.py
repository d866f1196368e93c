"""An index by which the calls of a time are counted without reading them."""

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Create the index."""
    op.create_index(
        "ix_calls_time", "calls", ["account_id", "at_ms", "instance_id", "user_id", "status"]
    )
