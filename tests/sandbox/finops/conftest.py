from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.sandbox.finops.wire import Wire
from tests.sandbox.finops.worlds import World


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
async def wire(world: World) -> AsyncIterator[Wire]:
    found = Wire.open(world, page_size=3)
    async with found.client:
        yield found
