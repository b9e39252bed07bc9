"""Fixtures of the CRM's wire tests."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.sandbox.dataverse.sales import Sales, sales
from tests.sandbox.dataverse.wire import Crm, crm


@pytest.fixture
async def web() -> AsyncIterator[Crm]:
    async with crm() as running:
        yield running


@pytest.fixture(params=[True, False], ids=["gab", "nogab"])
async def desk(request: pytest.FixtureRequest) -> AsyncIterator[Sales]:
    async with sales(gab=request.param) as running:
        yield running
