"""What decisions established without a write, and the versions of the maps they were made with.

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TEXT

revision = "0005"
down_revision: str | None = "0004"
branch_labels = None
depends_on = None

NAME = sa.Text().with_variant(TEXT(collation="C"), "postgresql")
POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "provenance",
        sa.Column("position", POSITION, autoincrement=True, nullable=False),
        sa.Column("link_id", NAME, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("position", name="pk_provenance"),
    )
    op.create_index("ix_provenance_link_id_position", "provenance", ["link_id", "position"])
    op.create_table(
        "map_version",
        sa.Column("digest", NAME, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_map_version"),
    )
