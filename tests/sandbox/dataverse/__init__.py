"""Tests of the local CRM: its business logic as a system, and its Web API on the wire."""
