"""Object definitions and transformations of organizations, accounts and instances."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the tables."""
    op.add_column(
        "organizations",
        sa.Column("vdr_version", sa.String(length=2), nullable=False, server_default="v1"),
    )
    op.create_table(
        "common_resources",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("organization_id", _ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_common_resources_organization_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_common_resources")),
        sa.UniqueConstraint(
            "organization_id", "name", name=op.f("uq_common_resources_organization_id")
        ),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "object_definitions",
        *_columns("object_definitions"),
        sa.UniqueConstraint(
            "resource_id", "level", "owner_id", name=op.f("uq_object_definitions_resource_id")
        ),
    )
    op.create_table(
        "transformations",
        *_columns("transformations"),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("element_key", sa.Text(), nullable=False),
        sa.UniqueConstraint(
            "resource_id",
            "element_key",
            "level",
            "owner_id",
            name=op.f("uq_transformations_resource_id"),
        ),
    )
    for table in ("object_definitions", "transformations"):
        op.create_index(f"ix_{table}_owner", table, ["level", "owner_id"])
        op.create_index(op.f(f"ix_{table}_instance_id"), table, ["instance_id"])


def _columns(table: str) -> list[sa.schema.SchemaItem]:
    """Return what definitions and transformations have in common."""
    return [
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("resource_id", _ID, nullable=False),
        sa.Column("level", sa.String(length=12), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("instance_id", _ID, nullable=True),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("updated_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["resource_id"],
            ["common_resources.id"],
            name=op.f(f"fk_{table}_resource_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["instance_id"],
            ["instances.id"],
            name=op.f(f"fk_{table}_instance_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]
