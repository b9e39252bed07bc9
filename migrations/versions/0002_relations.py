"""Which records belong together.

A link's relations are saved when it is next decided; until then a family shows it without them.

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TEXT

revision = "0002"
down_revision: str | None = "0001"
branch_labels = None
depends_on = None

NAME = sa.Text().with_variant(TEXT(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "relation",
        sa.Column("link_id", NAME, nullable=False),
        sa.Column("field", NAME, nullable=False),
        sa.Column("parent_id", NAME, nullable=False),
        sa.Column("child_id", NAME, nullable=False),
        sa.Column("kind", NAME, nullable=False),
        sa.Column("place", NAME, nullable=False),
        sa.Column("part", sa.Boolean(), nullable=False),
        sa.Column("kin", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("link_id", "field", "parent_id", "child_id", name="pk_relation"),
    )
    op.create_index("ix_relation_child_id", "relation", ["child_id"])
    op.create_index("ix_relation_parent_id_kind_place", "relation", ["parent_id", "kind", "place"])
