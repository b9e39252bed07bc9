"""How Alembic runs here: in the transaction that `sync.store.migrate` has opened."""

from __future__ import annotations

from alembic import context

from sync.store.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
