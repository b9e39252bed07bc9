"""How many links were ever made is known, so that one that is missing shows in the balance.

The index of links that are behind holds all that is asked of it: the planner does not know that
they are few, and would read all links instead.

Revision ID: 0015
Revises: 0014
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision: str | None = "0014"
branch_labels = None
depends_on = None

_BEHIND = "latest_position > settled_position"
_COUNT = "INSERT INTO sequence (name, value) SELECT 'link', count(*) FROM link HAVING count(*) > 0"


def upgrade() -> None:
    behind = sa.text(_BEHIND)
    op.drop_index("ix_link_behind", "link")
    op.create_index(
        "ix_link_behind",
        "link",
        ["id", "settled_position"],
        postgresql_where=behind,
        sqlite_where=behind,
    )
    op.execute(_COUNT)
