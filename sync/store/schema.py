"""The tables. Migrations bring a database here; a test holds that both agree.

Moments that are compared (`due_at`, `lease_until`) are integers: microseconds since 1970, UTC.
Moments that are only shown are ISO 8601 text. Bodies are JSON text with exact decimals.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    false,
    text,
)

from sync.store.texts import AnyText, Name

metadata = MetaData(
    naming_convention={"ix": "ix_%(table_name)s_%(column_0_N_name)s", "pk": "pk_%(table_name)s"}
)

Position = BigInteger().with_variant(Integer(), "sqlite")
"""A place in an order; SQLite counts up by itself only in a column of type INTEGER."""

_ZERO = text("0")
_BEHIND = text("latest_position > settled_position")

row = Table(
    "row",
    metadata,
    Column("ref", Name, primary_key=True),
    Column("side", Name, nullable=False),
    Column("entity_set", Name, nullable=False),
    Column("row_id", Name, nullable=False),
    Column("version", AnyText, nullable=False),
    Column("version_order", BigInteger),
    Column("image", Text, nullable=False),
    Column("actor", AnyText),
    Column("changed_at", AnyText),
    Column("link_id", Name),
    Column("joins", Name),
    Column("deleted", Boolean, nullable=False),
    Column("event_id", Name),
    Index(None, "entity_set", "side"),
    Index(None, "link_id"),
    Index(None, "joins", "entity_set", "side"),
)

inbox = Table(
    "inbox",
    metadata,
    Column("position", Position, primary_key=True, autoincrement=False),
    Column("event_id", Name, nullable=False),
    Column("received_at", AnyText),
    Column("link_ids", Text, nullable=False),
    Column("body", Text, nullable=False),
    Index(None, "event_id", unique=True),
)

event_link = Table(
    "event_link",
    metadata,
    Column("link_id", Name, nullable=False),
    Column("position", BigInteger, nullable=False),
    PrimaryKeyConstraint("link_id", "position"),
)
"""Which events concern which link, for ever."""

pending = Table(
    "pending",
    metadata,
    Column("link_id", Name, nullable=False),
    Column("position", BigInteger, nullable=False),
    PrimaryKeyConstraint("link_id", "position"),
    Index(None, "position"),
)
"""Which of them are not settled: as long as the backlog, so that it is cheap to measure."""

link = Table(
    "link",
    metadata,
    Column("id", Name, primary_key=True),
    Column("kind", Name, nullable=False),
    Column("key", AnyText, nullable=False),
    Column("company", AnyText),
    Column("alias", Name),
    Column("state", Name, nullable=False),
    Column("master", AnyText),
    Column("based", Boolean, nullable=False),
    Column("search", AnyText, nullable=False),
    Column("body", Text, nullable=False),
    Column("number", Name),
    Column("due_at", BigInteger),
    Column("lease_until", BigInteger),
    Column("stirred", Boolean, nullable=False, server_default=false()),
    Column("latest_position", BigInteger, nullable=False, server_default=_ZERO),
    Column("settled_position", BigInteger, nullable=False, server_default=_ZERO),
    Column("oldest_position", BigInteger, nullable=False, server_default=_ZERO),
    Index(None, "due_at", "oldest_position", "id"),
    Index(None, "kind", "alias"),
    Index(None, "kind", "state"),
    Index(None, "number", "kind"),
    Index(
        "ix_link_behind", "id", "settled_position", postgresql_where=_BEHIND, sqlite_where=_BEHIND
    ),
)
"""What a worker writes (up to `body`) and what schedules it (from `due_at` on) never share a
statement, except where a worker gives the link back."""

waiting = Table(
    "waiting",
    metadata,
    Column("token", Name, nullable=False),
    Column("link_id", Name, nullable=False),
    PrimaryKeyConstraint("token", "link_id"),
    Index(None, "link_id"),
)

relation = Table(
    "relation",
    metadata,
    Column("link_id", Name, nullable=False),
    Column("field", Name, nullable=False),
    Column("parent_id", Name, nullable=False),
    Column("child_id", Name, nullable=False),
    Column("kind", Name, nullable=False),
    Column("place", Name, nullable=False),
    Column("part", Boolean, nullable=False),
    Column("kin", Boolean, nullable=False),
    PrimaryKeyConstraint("link_id", "field", "parent_id", "child_id"),
    Index(None, "parent_id", "kind", "place"),
    Index(None, "child_id"),
)
"""Which records belong together; either end may not be linked yet."""

conflict = Table(
    "conflict",
    metadata,
    Column("id", Name, primary_key=True),
    Column("link_id", Name, nullable=False),
    Column("state", Name, nullable=False),
    Column("body", Text, nullable=False),
    Column("kind", Name),
    Column("field", Name),
    Column("winner", Name),
    Column("crm_actor", Name),
    Column("erp_actor", Name),
    Column("found_at", Name),
    Column("side", Name),
    Column("map_id", Name),
    Index(None, "link_id"),
    Index(None, "state", "id"),
)

act = Table(
    "act",
    metadata,
    Column("position", Position, primary_key=True, autoincrement=True),
    Column("conflict_id", Name),
    Column("link_id", Name),
    Column("body", Text, nullable=False),
    Index(None, "conflict_id", "position"),
    Index(None, "link_id", "position"),
)
"""What persons did about conflicts."""

owner_rule = Table(
    "owner_rule",
    metadata,
    Column("map_id", Name, nullable=False),
    Column("field", Name, nullable=False),
    Column("body", Text, nullable=False),
    PrimaryKeyConstraint("map_id", "field"),
)
"""Who owns a field in place of what its map says."""

dead_letter = Table(
    "dead_letter",
    metadata,
    Column("id", Name, primary_key=True),
    Column("link_id", Name),
    Column("state", Name, nullable=False),
    Column("code", Name),
    Column("kind", Name),
    Column("at", Name),
    Column("body", Text, nullable=False),
    Index(None, "link_id"),
    Index(None, "state", "id"),
)

receipt = Table(
    "receipt",
    metadata,
    Column("position", Position, primary_key=True, autoincrement=True),
    Column("link_id", Name, nullable=False),
    Column("body", Text, nullable=False),
    Index(None, "link_id", "position"),
)

provenance = Table(
    "provenance",
    metadata,
    Column("position", Position, primary_key=True, autoincrement=True),
    Column("link_id", Name, nullable=False),
    Column("body", Text, nullable=False),
    Index(None, "link_id", "position"),
)
"""What decisions established without a write."""

map_version = Table(
    "map_version",
    metadata,
    Column("digest", Name, primary_key=True),
    Column("kind", Name),
    Column("body", Text, nullable=False),
    Index(None, "kind", "digest"),
)

checkpoint = Table(
    "checkpoint",
    metadata,
    Column("side", Name, nullable=False),
    Column("entity_set", Name, nullable=False),
    Column("token", AnyText),
    Column("read_at", AnyText),
    Column("full_at", AnyText),
    PrimaryKeyConstraint("side", "entity_set"),
)

map_run = Table(
    "map_run",
    metadata,
    Column("map_id", Name, primary_key=True),
    Column("state", AnyText, nullable=False),
    Column("master", AnyText, nullable=False),
    Column("since", AnyText),
    Column("problem", AnyText),
)

sequence = Table(
    "sequence",
    metadata,
    Column("name", Name, primary_key=True),
    Column("value", BigInteger, nullable=False),
)

reservation = Table(
    "reservation",
    metadata,
    Column("ref", Name, primary_key=True),
    Column("space", Name, nullable=False),
    Column("comparable", Name, nullable=False),
    Column("number", AnyText, nullable=False),
    Column("instead_of", AnyText),
    Index(None, "space", "comparable", unique=True),
)
"""Numbers that are kept for rows which have none of their own."""

lease = Table(
    "lease",
    metadata,
    Column("sequence", Name, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("side", Name, nullable=False),
    Column("first", BigInteger, nullable=False),
    Column("last", BigInteger, nullable=False),
    Column("left", BigInteger, nullable=False),
    Column("at", AnyText, nullable=False),
    Column("request", Name),
    Column("by", AnyText),
    PrimaryKeyConstraint("sequence", "position"),
)
"""Who has which block of a shared sequence; `request` and `by` of those that were handed over."""

draw = Table(
    "draw",
    metadata,
    Column("sequence", Name, nullable=False),
    Column("request", Name, nullable=False),
    Column("used", BigInteger, nullable=False),
    Column("drawn_at", BigInteger, nullable=False),
    Column("body", Text, nullable=False),
    PrimaryKeyConstraint("sequence", "request"),
    Index(None, "drawn_at"),
)
"""What was drawn of shared sequences, and by which request."""

drawn_number = Table(
    "drawn_number",
    metadata,
    Column("space", Name, nullable=False),
    Column("comparable", Name, nullable=False),
    Column("sequence", Name, nullable=False),
    Column("request", Name, nullable=False),
    PrimaryKeyConstraint("space", "comparable"),
)
"""The numbers of those draws; each is given out once in its number space."""

number_report = Table(
    "number_report",
    metadata,
    Column("name", Name, primary_key=True),
    Column("body", Text, nullable=False),
)
"""What the last check of the number sequences found."""

number_acceptance = Table(
    "number_acceptance",
    metadata,
    Column("overlap", Name, nullable=False),
    Column("at", Name, nullable=False),
    Column("body", Text, nullable=False),
    PrimaryKeyConstraint("overlap", "at"),
)
"""Overlaps of number sequences that a person accepted."""

job = Table(
    "job",
    metadata,
    Column("id", Name, primary_key=True),
    Column("kind", Name, nullable=False),
    Column("state", Name, nullable=False),
    Column("body", Text, nullable=False),
    Index(None, "kind", "id"),
    Index(None, "state"),
)
"""What a person asked the service to do as a whole."""

duty = Table(
    "duty",
    metadata,
    Column("name", Name, primary_key=True),
    Column("holder", BigInteger, nullable=False),
    Column("lease_until", BigInteger, nullable=False),
)
"""What one service does for all of an installation, and how long it is its own to do."""

divergence = Table(
    "divergence",
    metadata,
    Column("job_id", Name, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("accepted", Boolean, nullable=False),
    Column("body", Text, nullable=False),
    PrimaryKeyConstraint("job_id", "position"),
)

log_entry = Table(
    "log_entry",
    metadata,
    Column("position", Position, primary_key=True, autoincrement=True),
    Column("topic", Name, nullable=False),
    Column("key", AnyText, nullable=False),
    Column("value", LargeBinary, nullable=False),
    Index(None, "topic", "position"),
)

log_offset = Table(
    "log_offset",
    metadata,
    Column("reader", Name, nullable=False),
    Column("topic", Name, nullable=False),
    Column("position", BigInteger, nullable=False),
    PrimaryKeyConstraint("reader", "topic"),
)
