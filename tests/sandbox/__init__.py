"""Tests of the local systems."""
