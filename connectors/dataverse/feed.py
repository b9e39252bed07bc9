"""The CRM's change feed: delta links.

The first pass reads the whole table and ends with a delta link; every further pass follows the
link of the pass before. Source: Microsoft docs, "Use change tracking to synchronize data".
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

from connectors.dataverse.catalog import Table
from connectors.dataverse.images import row_of
from connectors.odata.answer import items_of, link_in
from connectors.odata.keys import address
from connectors.odata.transport import Transport
from sync.errors import CheckpointExpired, ContractBroken
from sync.ports import ChangePage


async def read_feed(
    transport: Transport, table: Table, checkpoint: str | None, page_size: int
) -> AsyncIterator[ChangePage]:
    """Read a table's changes since the checkpoint, which is the last delta link.

    Raises:
        CheckpointExpired: The system no longer knows it, it is another environment's, or the
            columns have changed since it was given.
        ContractBroken: Change tracking is off for the table.
    """
    full = checkpoint is None
    prefer = f"odata.maxpagesize={page_size}"
    if checkpoint is None:
        link: str | None = address(table.spec.table, {"$select": table.select})
        prefer = f"odata.track-changes,{prefer}"
    else:
        _check(transport, table, checkpoint)
        link = checkpoint
    while link is not None:
        body = (await transport.get(link, prefer=prefer)).json()
        link, delta = link_in(body, "@odata.nextLink"), link_in(body, "@odata.deltaLink")
        if link is None and delta is None:
            raise ContractBroken(
                f"Change tracking is off for table {table.spec.table!r} of the CRM.",
                cure="Switch on 'Track changes' in the table's properties.",
            )
        for address_given in (link, delta):
            if address_given is not None and not transport.owns(address_given):
                raise ContractBroken(
                    f"The CRM gave a link to {urlsplit(address_given).hostname!r} for table "
                    f"{table.spec.table!r}; it was not followed.",
                    cure="Check the CRM's address in the settings.",
                )
        items = items_of(body)
        yield ChangePage(
            rows=tuple(row_of(table, item) for item in items if not _is_deletion(item)),
            deleted=tuple(str(item.get("id")).lower() for item in items if _is_deletion(item)),
            full=full,
            checkpoint=delta if link is None else None,
            last=link is None,
        )


def _is_deletion(item: dict[str, Any]) -> bool:
    return str(item.get("@odata.context", "")).endswith("/$deletedEntity") or (
        item.get("reason") == "deleted" and "id" in item
    )


def _check(transport: Transport, table: Table, checkpoint: str) -> None:
    if not transport.owns(checkpoint):
        raise CheckpointExpired(
            f"The checkpoint of table {table.spec.table!r} belongs to another environment."
        )
    selected = parse_qs(urlsplit(checkpoint).query).get("$select")
    if selected and set(selected[0].split(",")) != set(table.select.split(",")):
        raise CheckpointExpired(
            f"The columns of table {table.spec.table!r} have changed since its checkpoint."
        )
