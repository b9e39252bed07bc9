"""Number sequences of the CRM: its autonumber columns, and how far each has come.

Source: Microsoft docs, create autonumber columns (`AutoNumberFormat` of a column's metadata), Web
API actions `GetNextAutoNumberValue` and `GetAutoNumberSeed`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.dataverse.catalog import Table
from connectors.dataverse.own_numbers import OWN_NUMBERS, lacks_format, read_own_sequences
from connectors.odata import jsonwire
from connectors.odata.reads import Reads
from connectors.odata.transport import Call, Transport
from sync.core.number_format import MOST
from sync.errors import ContractBroken
from sync.ports import ToldSequence, ToldSequences

_JSON = {"Content-Type": "application/json"}


async def read_sequences(
    transport: Transport, reads: Reads, tables: Sequence[Table]
) -> ToldSequences:
    """The autonumber columns of tables, and the value that each gives next; draws nothing.

    Raises:
        RemoteError: The system is not reached, or does not let us see its columns.
    """
    answers = await reads.answers(
        [
            reads.get(
                f"EntityDefinitions(LogicalName='{table.logical}')/Attributes",
                {"$select": "LogicalName,AutoNumberFormat"},
            )
            for table in tables
        ]
    )
    found: list[ToldSequence] = []
    unformatted: dict[str, str] = {}
    for table, answer in zip(tables, answers, strict=True):
        columns = await reads.items(answer)
        formats = {str(c["LogicalName"]): str(c.get("AutoNumberFormat") or "") for c in columns}
        for column, text in formats.items():
            if text:
                where = await _how_far(transport, table.logical, column)
                places = places_of(table.spec.table, table.logical, column, formats)
                found.append(sequence_of(table.logical, column, text, places, where))
        if lacks_format(table.logical, formats):
            unformatted[table.logical] = table.spec.table
    if not unformatted:
        return ToldSequences(tuple(found))
    own = await read_own_sequences(reads, unformatted)
    return ToldSequences((*found, *own.sequences), own.untold)


def places_of(
    entity_set: str, logical: str, column: str, formats: Mapping[str, str]
) -> tuple[tuple[str, str], ...]:
    """Where the numbers of a column come to stand: a document's own one in dual-write's, too.

    Args:
        entity_set: The table's entity set.
        logical: Its logical name.
        column: The column.
        formats: The autonumber format of every column that has one.
    """
    own = OWN_NUMBERS.get(logical)
    taken_over = own is not None and column == own.column and not formats.get(own.taken_over)
    columns = (column, own.taken_over) if own is not None and taken_over else (column,)
    return tuple((entity_set, name) for name in columns)


def sequence_of(
    logical: str,
    column: str,
    text: str,
    places: tuple[tuple[str, str], ...],
    where: tuple[int, int],
) -> ToldSequence:
    """The sequence of an autonumber column.

    Args:
        logical: The table's logical name.
        column: The column.
        text: The column's format.
        places: Where its numbers come to stand.
        where: Its seed, and the value that it says it gives next. Right after a seed was set, that
            is told one too high until the first one is given.
    """
    seed, told = where
    coming = seed if told == seed + 1 else told
    return ToldSequence(
        id=f"{logical}-{column}",
        company="",
        numbers=f"{logical}.{column}",
        places=places,
        format=text,
        first=min(seed, coming),
        last=MOST,
        next=coming,
        continuous=False,
    )


async def _how_far(transport: Transport, logical: str, column: str) -> tuple[int, int]:
    """The seed of a column, and the value that it says it gives next."""
    where = {"EntityName": logical, "AttributeName": column}
    coming = await _ask(transport, "GetNextAutoNumberValue", "NextAutoNumberValue", where)
    return await _ask(transport, "GetAutoNumberSeed", "AutoNumberSeedValue", where), coming


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
