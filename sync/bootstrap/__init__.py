"""The composition root: the only place that picks real adapters."""

from sync.bootstrap.migrating import migrate_database
from sync.bootstrap.parts import Parts, State, build, load_kinds, open_state
from sync.bootstrap.serving import serve
from sync.bootstrap.systems import open_systems
from sync.bootstrap.token import api_token

__all__ = [
    "Parts",
    "State",
    "api_token",
    "build",
    "load_kinds",
    "migrate_database",
    "open_state",
    "open_systems",
    "serve",
]
