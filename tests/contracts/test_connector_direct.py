"""The systems without HTTP keep the connector contract, so that simulations tell the truth."""

from __future__ import annotations

import pytest

from sync.testing.contracts.connector import ConnectorContract
from tests.contracts.direct_benches import DirectDataverseBench, DirectFinopsBench


class TestDirectDataverse(ConnectorContract):
    """Every promise, on accounts."""

    @pytest.fixture
    def bench(self) -> DirectDataverseBench:
        return DirectDataverseBench()


class TestDirectFinops(ConnectorContract):
    """Every promise, on prospects."""

    @pytest.fixture
    def bench(self) -> DirectFinopsBench:
        return DirectFinopsBench()
