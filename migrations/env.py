"""How Alembic runs here: on the connection that `sync.store.migrate` hands it."""

from __future__ import annotations

from alembic import context
from sqlalchemy import text

from sync.store.schema import metadata

LOCK_TIMEOUT = "4s"
STATEMENT_TIMEOUT = "5s"
MIGRATING = 0x6475616C00


def run() -> None:
    """Run the wanted versions in the transaction that is open."""
    connection = context.config.attributes["connection"]
    if connection.dialect.name == "postgresql":
        # A migration that waits for a lock makes everybody behind it wait as well.
        connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'"))
        connection.execute(text(f"SET LOCAL statement_timeout = '{STATEMENT_TIMEOUT}'"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:name)"), {"name": MIGRATING})
    context.configure(connection=connection, target_metadata=metadata)
    context.run_migrations()


run()
