"""What persons decide about conflicts, who owns a field by their rule, and conflicts by content.

Revision ID: 0006
Revises: 0005
"""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TEXT

revision = "0006"
down_revision: str | None = "0005"
branch_labels = None
depends_on = None

NAME = sa.Text().with_variant(TEXT(collation="C"), "postgresql")
POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TOLD = ("kind", "field", "winner", "crm_actor", "erp_actor")


def upgrade() -> None:
    op.create_table(
        "act",
        sa.Column("position", POSITION, autoincrement=True, nullable=False),
        sa.Column("conflict_id", NAME, nullable=True),
        sa.Column("link_id", NAME, nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("position", name="pk_act"),
    )
    op.create_index("ix_act_conflict_id_position", "act", ["conflict_id", "position"])
    op.create_index("ix_act_link_id_position", "act", ["link_id", "position"])
    op.create_table(
        "owner_rule",
        sa.Column("map_id", NAME, nullable=False),
        sa.Column("field", NAME, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("map_id", "field", name="pk_owner_rule"),
    )
    for name in (*_TOLD, "found_at"):
        op.add_column("conflict", sa.Column(name, NAME, nullable=True))
    _fill()


def _fill() -> None:
    """Give the conflicts that exist the columns that they are found by."""
    names = (*_TOLD, "found_at")
    conflict = sa.table("conflict", *(sa.column(name) for name in ("id", "body", *names)))
    connection = op.get_bind()
    filled = []
    for row in connection.execute(sa.select(conflict.c.id, conflict.c.body)).all():
        said = _said(row.body)
        filled.append(
            {
                "conflict": row.id,
                "new_found_at": said.get("at"),
                **{f"new_{name}": said.get(name) for name in _TOLD},
            }
        )
    if filled:
        statement = sa.update(conflict).where(conflict.c.id == sa.bindparam("conflict"))
        values = {name: sa.bindparam(f"new_{name}") for name in names}
        connection.execute(statement.values(**values), filled)


def _said(body: str) -> dict[str, object]:
    try:
        said = json.loads(body)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
