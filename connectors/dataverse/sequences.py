"""Number sequences of the CRM: its autonumber columns, and how far each has come.

Source: Microsoft docs, create autonumber columns (`AutoNumberFormat` of a column's metadata), Web
API actions `GetNextAutoNumberValue` and `GetAutoNumberSeed`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.dataverse.catalog import Table
from connectors.odata import jsonwire
from connectors.odata.reads import Reads
from connectors.odata.transport import Call, Transport
from sync.core.number_format import MOST
from sync.errors import ContractBroken
from sync.ports import ToldSequence

FEEDS = {
    "quotenumber": "msdyn_quotenumber",
    "ordernumber": "msdyn_salesordernumber",
    "invoicenumber": "msdyn_invoicenumber",
}
"""Sales' own number of a document → the column of dual-write that takes it over."""
_JSON = {"Content-Type": "application/json"}


async def read_sequences(
    transport: Transport, reads: Reads, tables: Sequence[Table]
) -> list[ToldSequence]:
    """The autonumber columns of tables, and the value that each gives next; draws nothing."""
    answers = await reads.answers(
        [
            reads.get(
                f"EntityDefinitions(LogicalName='{table.logical}')/Attributes",
                {"$select": "LogicalName,AutoNumberFormat"},
            )
            for table in tables
        ]
    )
    found = []
    for table, answer in zip(tables, answers, strict=True):
        for column in await reads.items(answer):
            text = column.get("AutoNumberFormat")
            if text:
                name = str(column["LogicalName"])
                found.append(await _sequence(transport, table, name, str(text)))
    return found


async def _sequence(transport: Transport, table: Table, column: str, text: str) -> ToldSequence:
    where = {"EntityName": table.logical, "AttributeName": column}
    coming = await _ask(transport, "GetNextAutoNumberValue", "NextAutoNumberValue", where)
    seed = await _ask(transport, "GetAutoNumberSeed", "AutoNumberSeedValue", where)
    return sequence_of(table.spec.table, table.logical, column, text, (seed, coming))


def sequence_of(
    entity_set: str, logical: str, column: str, text: str, where: tuple[int, int]
) -> ToldSequence:
    """The sequence of an autonumber column.

    Args:
        entity_set: The table's entity set.
        logical: Its logical name.
        column: The column.
        text: The column's format.
        where: Its seed, and the value that it says it gives next. Right after a seed was set, that
            is told one too high until the first one is given.
    """
    seed, told = where
    coming = seed if told == seed + 1 else told
    return ToldSequence(
        id=f"{logical}-{column}",
        company="",
        numbers=f"{logical}.{column}",
        places=tuple((entity_set, name) for name in (column, FEEDS.get(column)) if name),
        format=text,
        first=min(seed, coming),
        last=MOST,
        next=coming,
        continuous=False,
    )


async def _ask(transport: Transport, action: str, name: str, where: Mapping[str, str]) -> int:
    body = jsonwire.encode(dict(where))
    answer = await transport.send(Call("POST", action, _JSON, body))
    told: Any = answer.json().get(name)
    if not isinstance(told, int):
        raise ContractBroken(
            f"{action} of the CRM tells no number for {where['AttributeName']!r}.",
            cure="Say the sequence in the settings; docs/numbers.md tells how.",
        )
    return told
