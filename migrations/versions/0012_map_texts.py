"""Versions of maps can be found by the kind of record they are for.

Revision ID: 0012
Revises: 0011
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TEXT

revision = "0012"
down_revision: str | None = "0011"
branch_labels = None
depends_on = None

NAME = sa.Text().with_variant(TEXT(collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("map_version", sa.Column("kind", NAME, nullable=True))
    op.create_index("ix_map_version_kind_digest", "map_version", ["kind", "digest"])
