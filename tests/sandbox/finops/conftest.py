from __future__ import annotations

import pytest

from tests.sandbox.finops.worlds import World


@pytest.fixture
def world() -> World:
    return World()
