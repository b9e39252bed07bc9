"""Tests of what both local systems share."""
