"""Conflicts can be found by the side at which they are stuck, and by their map.

Revision ID: 0014
Revises: 0013
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TEXT

revision = "0014"
down_revision: str | None = "0013"
branch_labels = None
depends_on = None

NAME = sa.Text().with_variant(TEXT(collation="C"), "postgresql")


def upgrade() -> None:
    """Add the columns. What was found before says neither: either side finds it, no map does."""
    for name in ("side", "map_id"):
        op.add_column("conflict", sa.Column(name, NAME, nullable=True))
