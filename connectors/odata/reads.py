"""Reading many things in few requests: batches of GETs, and collections with further pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.odata.answer import Answer, items_of, link_in
from connectors.odata.batch import Bundle, Operation
from connectors.odata.batching import Batches, Done
from connectors.odata.errors import remote_error
from connectors.odata.keys import address
from connectors.odata.transport import Transport
from sync.errors import RowMissing, Throttled, Unavailable


class Reads:
    """Reads of one system.

    Args:
        transport: The way to the system.
        batches: Sends many reads together.
    """

    def __init__(self, transport: Transport, batches: Batches) -> None:
        self._transport, self._batches = transport, batches

    def get(self, path: str, query: Mapping[str, str]) -> Operation:
        """A read, as it stands in a batch."""
        return Operation("GET", address(self._transport.path + path, query))

    async def answers(self, operations: Sequence[Operation]) -> list[Answer]:
        """The answers to many reads, in order; one for a missing row is among them.

        Raises:
            RemoteError: Any read failed otherwise.
        """
        fates = await self._batches.run([Bundle(reads=(read,)) for read in operations])
        answers = []
        for fate in fates:
            if not isinstance(fate, Done):
                raise fate.error
            if not fate.reads:
                raise Unavailable("The answer to a batch is cut short.")
            self.check(fate.reads[0])
            answers.append(fate.reads[0])
        return answers

    def check(self, answer: Answer) -> None:
        """Raise the error that an answer stands for, unless it says that a row is missing."""
        if answer.status >= 400:
            error = remote_error(answer)
            if isinstance(error, Throttled):
                self._transport.throttled(error)
            if not isinstance(error, RowMissing):
                raise error

    async def items(self, answer: Answer) -> list[dict[str, Any]]:
        """The items of a collection, those of its further pages included.

        Raises:
            RemoteError: It is not a collection, or a page failed.
        """
        if answer.status >= 400:
            raise remote_error(answer)
        body = answer.json()
        items = list(items_of(body))
        while (link := link_in(body, "@odata.nextLink")) is not None:
            body = (await self._transport.get(link)).json()
            items += items_of(body)
        return items
