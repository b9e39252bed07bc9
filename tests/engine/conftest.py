"""A service between two systems for every test."""

from __future__ import annotations

import pytest

from tests.engine.bench import Bench


@pytest.fixture
def bench() -> Bench:
    """Without party and global address book, nothing started yet."""
    return Bench()
