"""The last check of the number sequences, what people accepted of it, and what keeps maps stopped.

Revision ID: 0008
Revises: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TEXT

revision = "0008"
down_revision: str | None = "0007"
branch_labels = None
depends_on = None

NAME = sa.Text().with_variant(TEXT(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "number_report",
        sa.Column("name", NAME, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_number_report"),
    )
    op.create_table(
        "number_acceptance",
        sa.Column("overlap", NAME, nullable=False),
        sa.Column("at", NAME, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("overlap", "at", name="pk_number_acceptance"),
    )
    op.add_column("map_run", sa.Column("problem", sa.Text(), nullable=True))
