"""The synchronisation service."""
