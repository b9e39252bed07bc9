"""The first tables.

Revision ID: 0001
Revises: none
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TEXT

revision = "0001"
down_revision: str | None = None
branch_labels = None
depends_on = None

NAME = sa.Text().with_variant(TEXT(collation="C"), "postgresql")
POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "checkpoint",
        sa.Column("side", NAME, nullable=False),
        sa.Column("entity_set", NAME, nullable=False),
        sa.Column("token", sa.Text(), nullable=True),
        sa.Column("read_at", sa.Text(), nullable=True),
        sa.Column("full_at", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("side", "entity_set", name="pk_checkpoint"),
    )
    op.create_table(
        "conflict",
        sa.Column("id", NAME, nullable=False),
        sa.Column("link_id", NAME, nullable=False),
        sa.Column("state", NAME, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_conflict"),
    )
    op.create_index("ix_conflict_link_id", "conflict", ["link_id"])
    op.create_index("ix_conflict_state_id", "conflict", ["state", "id"])
    op.create_table(
        "dead_letter",
        sa.Column("id", NAME, nullable=False),
        sa.Column("link_id", NAME, nullable=True),
        sa.Column("state", NAME, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_dead_letter"),
    )
    op.create_index("ix_dead_letter_link_id", "dead_letter", ["link_id"])
    op.create_index("ix_dead_letter_state_id", "dead_letter", ["state", "id"])
    op.create_table(
        "event_link",
        sa.Column("link_id", NAME, nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("link_id", "position", name="pk_event_link"),
    )
    op.create_table(
        "inbox",
        sa.Column("position", POSITION, autoincrement=False, nullable=False),
        sa.Column("event_id", NAME, nullable=False),
        sa.Column("received_at", sa.Text(), nullable=True),
        sa.Column("link_ids", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("position", name="pk_inbox"),
    )
    op.create_index("ix_inbox_event_id", "inbox", ["event_id"], unique=True)
    op.create_table(
        "link",
        sa.Column("id", NAME, nullable=False),
        sa.Column("kind", NAME, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("company", sa.Text(), nullable=True),
        sa.Column("alias", NAME, nullable=True),
        sa.Column("state", NAME, nullable=False),
        sa.Column("master", sa.Text(), nullable=True),
        sa.Column("based", sa.Boolean(), nullable=False),
        sa.Column("search", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("lease_until", sa.BigInteger(), nullable=True),
        sa.Column("stirred", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("latest_position", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("settled_position", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("oldest_position", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_link"),
    )
    op.create_index(
        "ix_link_due_at_oldest_position_id", "link", ["due_at", "oldest_position", "id"]
    )
    op.create_index("ix_link_kind_alias", "link", ["kind", "alias"])
    op.create_index("ix_link_kind_state", "link", ["kind", "state"])
    op.create_table(
        "log_entry",
        sa.Column("position", POSITION, autoincrement=True, nullable=False),
        sa.Column("topic", NAME, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("position", name="pk_log_entry"),
    )
    op.create_index("ix_log_entry_topic_position", "log_entry", ["topic", "position"])
    op.create_table(
        "log_offset",
        sa.Column("reader", NAME, nullable=False),
        sa.Column("topic", NAME, nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("reader", "topic", name="pk_log_offset"),
    )
    op.create_table(
        "map_run",
        sa.Column("map_id", NAME, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("master", sa.Text(), nullable=False),
        sa.Column("since", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("map_id", name="pk_map_run"),
    )
    op.create_table(
        "pending",
        sa.Column("link_id", NAME, nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("link_id", "position", name="pk_pending"),
    )
    op.create_index("ix_pending_position", "pending", ["position"])
    op.create_table(
        "receipt",
        sa.Column("position", POSITION, autoincrement=True, nullable=False),
        sa.Column("link_id", NAME, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("position", name="pk_receipt"),
    )
    op.create_index("ix_receipt_link_id_position", "receipt", ["link_id", "position"])
    op.create_table(
        "row",
        sa.Column("ref", NAME, nullable=False),
        sa.Column("side", NAME, nullable=False),
        sa.Column("entity_set", NAME, nullable=False),
        sa.Column("row_id", NAME, nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("version_order", sa.BigInteger(), nullable=True),
        sa.Column("image", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=True),
        sa.Column("changed_at", sa.Text(), nullable=True),
        sa.Column("link_id", NAME, nullable=True),
        sa.Column("joins", NAME, nullable=True),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("event_id", NAME, nullable=True),
        sa.PrimaryKeyConstraint("ref", name="pk_row"),
    )
    op.create_index("ix_row_entity_set_side", "row", ["entity_set", "side"])
    op.create_index("ix_row_joins_entity_set_side", "row", ["joins", "entity_set", "side"])
    op.create_index("ix_row_link_id", "row", ["link_id"])
    op.create_table(
        "sequence",
        sa.Column("name", NAME, nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_sequence"),
    )
    op.create_table(
        "waiting",
        sa.Column("token", NAME, nullable=False),
        sa.Column("link_id", NAME, nullable=False),
        sa.PrimaryKeyConstraint("token", "link_id", name="pk_waiting"),
    )
    op.create_index("ix_waiting_link_id", "waiting", ["link_id"])
