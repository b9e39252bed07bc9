"""Blocks of shared sequences that were handed over whole.

Revision ID: 0013
Revises: 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TEXT

revision = "0013"
down_revision: str | None = "0012"
branch_labels = None
depends_on = None

NAME = sa.Text().with_variant(TEXT(collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("lease", sa.Column("request", NAME))
    op.add_column("lease", sa.Column("by", sa.Text()))
