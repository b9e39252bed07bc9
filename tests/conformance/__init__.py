"""Clients that others wrote, unmodified, against the local systems."""
