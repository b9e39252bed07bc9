"""Sends bundles in as few batches as the limits allow, and tells for each how it went.

One bad bundle never hurts the others: a failed changeset is answered on its own, a batch that is
refused as a whole is halved until the culprit stands alone, and what a server that stops at the
first failure left out is sent again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from connectors.odata.answer import Answer
from connectors.odata.batch import Bundle, Part, build, parse
from connectors.odata.errors import remote_error
from connectors.odata.options import BatchOptions
from connectors.odata.recovery import Failure, Source
from connectors.odata.transport import Call, Transport
from sync.errors import RemoteError, Throttled, Unavailable

_WHOLE_REFUSED = frozenset({400, 413})


@dataclass(frozen=True, slots=True)
class Done:
    """A bundle that happened.

    Attributes:
        writes: The answers to its writes, all below 400.
        reads: The answers to its reads, of any status; fewer when the server stopped early.
    """

    writes: tuple[Answer, ...] = ()
    reads: tuple[Answer, ...] = ()


@dataclass(frozen=True, slots=True)
class Failed:
    """A bundle that did not happen, or of which we do not know.

    Attributes:
        error: Why.
        unknown: Whether its writes may have happened all the same.
    """

    error: RemoteError
    unknown: bool = False


Fate = Done | Failed


class Batches:
    """Executes bundles.

    Args:
        transport: The way to the system.
        options: How much goes into one request.
    """

    def __init__(self, transport: Transport, options: BatchOptions) -> None:
        self._transport, self._options = transport, options

    async def run(self, bundles: Sequence[Bundle]) -> list[Fate]:
        """Execute bundles; fates in the same order. Never raises for a request that failed."""
        chunks = list(self._chunks(bundles))
        fates = await asyncio.gather(*(self._send(chunk) for chunk in chunks))
        return [fate for chunk in fates for fate in chunk]

    def _chunks(self, bundles: Sequence[Bundle]) -> Iterator[list[Bundle]]:
        chunk: list[Bundle] = []
        operations = size = 0
        for bundle in bundles:
            if chunk and (
                operations + bundle.operations > self._options.operations
                or size + bundle.size > self._options.size
            ):
                yield chunk
                chunk, operations, size = [], 0, 0
            chunk.append(bundle)
            operations += bundle.operations
            size += bundle.size
        if chunk:
            yield chunk

    async def _send(self, bundles: Sequence[Bundle]) -> list[Fate]:
        """Send one batch, and again what it left out."""
        fates: list[Fate] = []
        while len(fates) < len(bundles):
            fates += await self._once(bundles[len(fates) :])
        return fates

    async def _once(self, bundles: Sequence[Bundle]) -> list[Fate]:
        """Send one batch; at least the first bundle's fate is known afterwards."""
        content_type, body = build(bundles)
        reads_only = not any(bundle.writes for bundle in bundles)
        call = Call(
            "POST",
            "$batch",
            {"Content-Type": content_type, "Prefer": "odata.continue-on-error"},
            body,
            safe=reads_only,
            operations=sum(bundle.operations for bundle in bundles),
        )
        try:
            answer = await self._transport.attempt(call)
        except Failure as failed:
            if _is_refused(failed) and len(bundles) > 1:
                middle = len(bundles) // 2
                return [
                    *await self._send(bundles[:middle]),
                    *await self._send(bundles[middle:]),
                ]
            unknown = failed.row.unknown and not reads_only
            return [Failed(failed.error, unknown)] * len(bundles)
        try:
            parts = parse(answer)
        except ValueError as error:
            failure = Unavailable(f"The answer to a batch cannot be read: {error}")
            return [Failed(failure, not reads_only)] * len(bundles)
        return self._fates(bundles, parts)

    def _fates(self, bundles: Sequence[Bundle], parts: Sequence[Part]) -> list[Fate]:
        fates: list[Fate] = []
        place = 0
        for bundle in bundles:
            expected = (1 if bundle.writes else 0) + len(bundle.reads)
            mine = parts[place : place + expected]
            place += expected
            if not mine and fates and _stopped(parts):
                return fates
            fates.append(self._fate(bundle, mine))
        return fates

    def _fate(self, bundle: Bundle, parts: Sequence[Part]) -> Fate:
        if not parts:
            return Failed(Unavailable("The answer to a batch is cut short."), bool(bundle.writes))
        writes: tuple[Answer, ...] = ()
        rest = parts
        if bundle.writes:
            first, rest = parts[0], parts[1:]
            writes = (first,) if isinstance(first, Answer) else first
            failure = next((answer for answer in writes if answer.status >= 400), None)
            if failure is not None:
                return Failed(self._error(failure))
            if len(writes) != len(bundle.writes):
                return Failed(Unavailable("The answer to a changeset is cut short."), True)
        return Done(writes, tuple(part for part in rest if isinstance(part, Answer)))

    def _error(self, answer: Answer) -> RemoteError:
        error = remote_error(answer)
        if isinstance(error, Throttled):
            self._transport.throttled(error)
        return error


def _is_refused(failed: Failure) -> bool:
    """Whether the system refused a batch as a whole, perhaps for one part of it."""
    return failed.row.source is Source.SYSTEM and failed.error.status in _WHOLE_REFUSED


def _stopped(parts: Sequence[Part]) -> bool:
    """Whether the server ended the batch at a failure, so that the rest was not executed."""
    last = parts[-1] if parts else None
    return isinstance(last, Answer) and last.status >= 400
