"""What administrators of the system level change, who they are, and snippets of scripts."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the tables; add the column to users."""
    op.add_column(
        "users",
        sa.Column("is_vdr_admin", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.create_table(
        "system_objects",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hub", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        *_changed(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_system_objects")),
    )
    op.create_table(
        "system_templates",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("object_id", sa.BigInteger(), nullable=False),
        sa.Column("element_key", sa.Text(), nullable=False),
        *_changed(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_system_templates")),
    )
    op.create_index(op.f("ix_system_templates_object_id"), "system_templates", ["object_id"])
    op.create_table(
        "snippets",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("level", sa.String(length=12), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("snippet_type", sa.String(length=32), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("updated_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snippets")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_snippets_owner", "snippets", ["level", "owner_id"])


def _changed() -> list[sa.schema.SchemaItem]:
    """Return what the two tables of the system level have in common."""
    return [
        sa.Column("document", sa.Text(), nullable=True),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("updated_ms", sa.BigInteger(), nullable=False),
    ]
