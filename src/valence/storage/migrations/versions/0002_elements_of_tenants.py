"""Elements that tenants make themselves, and what they add to those of the catalog."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "counters",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_counters")),
    )
    op.create_table(
        "elements",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("organization_id", _ID, nullable=False),
        sa.Column("account_id", _ID, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("key_folded", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("origin_id", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("updated_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_elements_organization_id")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_elements_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_elements")),
        sa.UniqueConstraint("account_id", "key_folded", name=op.f("uq_elements_account_id")),
    )
    op.create_table(
        "element_extensions",
        sa.Column("account_id", _ID, autoincrement=False, nullable=False),
        sa.Column("element_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("updated_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_element_extensions_account_id")
        ),
        sa.PrimaryKeyConstraint("account_id", "element_id", name=op.f("pk_element_extensions")),
    )
    op.create_table(
        "element_shares",
        sa.Column("element_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("account_id", _ID, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["element_id"],
            ["elements.id"],
            name=op.f("fk_element_shares_element_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_element_shares_account_id")
        ),
        sa.PrimaryKeyConstraint("element_id", "account_id", name=op.f("pk_element_shares")),
    )
    op.create_index("ix_element_shares_account", "element_shares", ["account_id"])
