"""Shared sequences: who has which block of them, and what was drawn.

Revision ID: 0007
Revises: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TEXT

revision = "0007"
down_revision: str | None = "0006"
branch_labels = None
depends_on = None

NAME = sa.Text().with_variant(TEXT(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "lease",
        sa.Column("sequence", NAME, nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("side", NAME, nullable=False),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.Column("left", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sequence", "position", name="pk_lease"),
    )
    op.create_table(
        "draw",
        sa.Column("sequence", NAME, nullable=False),
        sa.Column("request", NAME, nullable=False),
        sa.Column("used", sa.BigInteger(), nullable=False),
        sa.Column("drawn_at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sequence", "request", name="pk_draw"),
    )
    op.create_index("ix_draw_drawn_at", "draw", ["drawn_at"])
    op.create_table(
        "drawn_number",
        sa.Column("space", NAME, nullable=False),
        sa.Column("comparable", NAME, nullable=False),
        sa.Column("sequence", NAME, nullable=False),
        sa.Column("request", NAME, nullable=False),
        sa.PrimaryKeyConstraint("space", "comparable", name="pk_drawn_number"),
    )
