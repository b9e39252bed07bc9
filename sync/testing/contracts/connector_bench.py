"""What the connector suite needs of a system under test, and how it says what it expects."""

# ruff: noqa: S101 - assertions are what a suite is made of

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from sync.core.row import Row, RowRef, Scalar
from sync.core.write import ChangeSet, Outcome, Refused, Write, WriteOp, Written
from sync.errors import RemoteError
from sync.ports import ChangePage, Connector


class ConnectorBench(Protocol):
    """A connector and its system, as the suite needs them.

    Attributes:
        connector: The connector, of the integration's own identity.
        table: A table whose rows the suite writes.
        text: A text column of it that anybody may edit.
        amount: A decimal column of it, with two places.
        has_checkpoints: Whether its change feed goes on from a checkpoint.
    """

    connector: Connector
    table: str
    text: str
    amount: str
    has_checkpoints: bool

    def new(self, number: int) -> Write:
        """A create that the system accepts; its row differs from those of other numbers."""
        ...

    def unacceptable(self, number: int) -> Write:
        """A create that a rule of the system refuses."""
        ...

    def nobody(self) -> RowRef:
        """The id of a row of the table that does not exist."""
        ...

    async def edit(self, row: Row, values: Mapping[str, Scalar]) -> None:
        """Change a row as somebody else would."""
        ...

    async def remove(self, row: Row) -> None:
        """Delete a row as somebody else would."""
        ...

    def expire_checkpoints(self) -> None:
        """Let the system forget what it has given out so far."""
        ...

    def throttle(self, seconds: int) -> None:
        """Refuse the next request and name a pause."""
        ...

    def lose_next_answer(self) -> None:
        """Let the next request be done without an answer."""
        ...

    def lose_next_request(self) -> None:
        """Let the next request be lost on its way."""
        ...

    def pass_time(self, seconds: float) -> None:
        """Move the connector's clock on."""
        ...


class RemoteBench(ConnectorBench, Protocol):
    """A system at the other end of a network, which keeps a journal of its requests.

    Attributes:
        service: What the paths of its service begin with.
    """

    service: tuple[str, ...]

    def requests(self) -> list[Mapping[str, Any]]:
        """What reached it since the last call: `method`, `path`, `operations`."""
        ...

    def paths(self) -> set[str]:
        """Every path that was called, those that its journal does not note included."""
        ...


def one(write: Write, *more: Write) -> ChangeSet:
    """A change set of these writes."""
    return ChangeSet("account:1/plan-1", (write, *more))


def update(row: Row, values: Mapping[str, Scalar]) -> Write:
    """An update on condition that the row is still as it was read."""
    return Write(WriteOp.UPDATE, row.ref, dict(values), row.version)


def delete(row: Row) -> Write:
    """A delete on that condition."""
    return Write(WriteOp.DELETE, row.ref, {}, row.version)


def written(outcome: Outcome) -> tuple[Row | None, ...]:
    """The rows of a change set that must have happened."""
    assert isinstance(outcome, Written), outcome
    return outcome.rows


def refusal(outcome: Outcome, expected: type[RemoteError]) -> Refused:
    """The refusal of a change set that must not have happened, for a reason of that class."""
    assert isinstance(outcome, Refused), outcome
    assert isinstance(outcome.error, expected), repr(outcome.error)
    return outcome


async def create(bench: ConnectorBench, number: int) -> Row:
    """A new row."""
    (outcome,) = await bench.connector.write([one(bench.new(number))])
    (row,) = written(outcome)
    assert row is not None
    return row


async def feed(bench: ConnectorBench, checkpoint: str | None = None) -> list[ChangePage]:
    """All pages of one pass."""
    return [page async for page in bench.connector.changes(bench.table, checkpoint)]


async def look(bench: ConnectorBench, row: Row) -> Row:
    """The row as it is now."""
    found = (await bench.connector.read([row.ref]))[row.ref]
    assert found is not None
    return found
