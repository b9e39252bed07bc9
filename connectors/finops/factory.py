"""Opens the ERP: from addresses and credentials to a connector."""

from __future__ import annotations

from collections.abc import Mapping

import httpx

from connectors.finops.connector import FinopsConnector
from connectors.finops.options import FinopsOptions
from connectors.odata.opening import Credentials, open_transport
from sync.core.row import TableSpec
from sync.ports import Clock


def open_finops(
    url: str,
    credentials: Credentials,
    tables: Mapping[str, TableSpec],
    options: FinopsOptions | None = None,
    *,
    clock: Clock | None = None,
    carrier: httpx.AsyncBaseTransport | None = None,
    token_carrier: httpx.AsyncBaseTransport | None = None,
) -> FinopsConnector:
    """A connector for one environment. Nothing is sent until it is used.

    Args:
        url: The environment's address, e.g. `https://env.operations.dynamics.com`.
        credentials: The application's.
        tables: What the maps use, by entity set.
        options: How to behave.
        clock: The time; the system's by default.
        carrier: What carries requests in place of real connections.
        token_carrier: The same for the identity provider.
    """
    options = options or FinopsOptions()
    transport = open_transport(
        url,
        options.service_path,
        credentials,
        http=options.http,
        limits=options.limits,
        clock=clock,
        carrier=carrier,
        token_carrier=token_carrier,
    )
    return FinopsConnector(transport, tables, options)
