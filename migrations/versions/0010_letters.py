"""Dead letters can be found by their code, the kind of their record, and when they died.

Revision ID: 0010
Revises: 0009
"""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TEXT

revision = "0010"
down_revision: str | None = "0009"
branch_labels = None
depends_on = None

NAME = sa.Text().with_variant(TEXT(collation="C"), "postgresql")


def upgrade() -> None:
    for name in ("code", "kind", "at"):
        op.add_column("dead_letter", sa.Column(name, NAME, nullable=True))
    _fill()


def _fill() -> None:
    """Give the dead letters that exist what their bodies and links say."""
    names = ("id", "link_id", "body", "code", "kind", "at")
    letter = sa.table("dead_letter", *map(sa.column, names))
    link = sa.table("link", sa.column("id"), sa.column("kind"))
    connection = op.get_bind()
    joined = letter.outerjoin(link, link.c.id == letter.c.link_id)
    found = connection.execute(
        sa.select(letter.c.id, letter.c.body, link.c.kind).select_from(joined)
    ).all()
    wanted = [
        {"letter": row.id, "said": said.get("code"), "of": row.kind, "died": said.get("at")}
        for row in found
        if isinstance(said := _read(row.body), dict)
    ]
    if wanted:
        connection.execute(
            sa.update(letter)
            .where(letter.c.id == sa.bindparam("letter"))
            .values(code=sa.bindparam("said"), kind=sa.bindparam("of"), at=sa.bindparam("died")),
            wanted,
        )


def _read(body: str) -> object:
    try:
        return json.loads(body)
    except ValueError:
        return None
