"""Numbers that are kept for rows without one, and the links' own as they are compared.

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

import json
import unicodedata

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TEXT

revision = "0003"
down_revision: str | None = "0002"
branch_labels = None
depends_on = None

NAME = sa.Text().with_variant(TEXT(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "reservation",
        sa.Column("ref", NAME, nullable=False),
        sa.Column("space", NAME, nullable=False),
        sa.Column("comparable", NAME, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("instead_of", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("ref", name="pk_reservation"),
    )
    op.create_index(
        "ix_reservation_space_comparable", "reservation", ["space", "comparable"], unique=True
    )
    op.add_column("link", sa.Column("number", NAME, nullable=True))
    _fill()
    op.create_index("ix_link_number_kind", "link", ["number", "kind"])


def _fill() -> None:
    """Give the links that exist their numbers as they are compared."""
    link = sa.table("link", *(sa.column(name) for name in ("id", "company", "body", "number")))
    connection = op.get_bind()
    found = connection.execute(
        sa.select(link.c.id, link.c.body).where(link.c.company.is_not(None))
    ).all()
    numbers = [{"link": row.id, "new": _number(row.body)} for row in found]
    wanted = [numbered for numbered in numbers if numbered["new"] is not None]
    if wanted:
        statement = sa.update(link).where(link.c.id == sa.bindparam("link"))
        connection.execute(statement.values(number=sa.bindparam("new")), wanted)


def _number(body: str) -> str | None:
    try:
        said = json.loads(body)
        code = said["natural"]["code"]
    except (ValueError, KeyError, TypeError):
        return None
    if not code or str(said.get("key", "")).startswith("?"):
        return None
    folded = unicodedata.normalize("NFKD", str(code)).casefold()
    plain = unicodedata.normalize("NFKD", folded)
    return "".join(mark for mark in plain if not unicodedata.combining(mark)).strip()
