"""The ERP connector keeps the contract, over HTTP against the local ERP."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from sync.testing.contracts.connector import RemoteContract
from tests.connectors.finops_bench import FinopsBench


class TestFinops(RemoteContract):
    """Every promise, on prospects."""

    @pytest.fixture
    async def bench(self) -> AsyncIterator[FinopsBench]:
        bench = FinopsBench()
        yield bench
        await bench.close()
