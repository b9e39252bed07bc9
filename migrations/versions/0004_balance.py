"""What became of everything that was taken in can be counted.

Events of links that a person has set aside are settled: they wait for nothing any more.

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision: str | None = "0003"
branch_labels = None
depends_on = None

_BEHIND = "latest_position > settled_position"
_SET_ASIDE = (
    "SELECT id FROM link WHERE state = 'dead' AND due_at IS NULL AND id IN "
    "(SELECT link_id FROM dead_letter WHERE state <> 'open' AND link_id IS NOT NULL)"
)
_FORGET = f"DELETE FROM pending WHERE link_id IN ({_SET_ASIDE})"  # noqa: S608 - a constant
_SETTLED = "settled_position = latest_position, oldest_position = 0"
_SETTLE = f"UPDATE link SET {_SETTLED} WHERE id IN ({_SET_ASIDE})"  # noqa: S608 - a constant
_COUNT = (
    "INSERT INTO sequence (name, value) "
    "SELECT 'own:malformed', count(*) FROM dead_letter WHERE link_id IS NULL "
    "HAVING count(*) > 0"
)


def upgrade() -> None:
    behind = sa.text(_BEHIND)
    op.create_index("ix_link_behind", "link", ["id"], postgresql_where=behind, sqlite_where=behind)
    for statement in (_FORGET, _SETTLE, _COUNT):
        op.execute(statement)
