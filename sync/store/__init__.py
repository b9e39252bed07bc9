"""The service's state in PostgreSQL or SQLite."""
