"""The CRM connector keeps the contract, over HTTP against the local CRM."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from sync.testing.contracts.connector import RemoteContract
from tests.connectors.dataverse_bench import DataverseBench


class TestDataverse(RemoteContract):
    """Every promise, on accounts."""

    @pytest.fixture
    async def bench(self) -> AsyncIterator[DataverseBench]:
        bench = DataverseBench()
        yield bench
        await bench.close()
