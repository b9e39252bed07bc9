"""The change log on Apache Kafka."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import (
    AuthenticationFailedError,
    CommitFailedError,
    GroupAuthorizationFailedError,
    IllegalStateError,
    KafkaError,
    TopicAuthorizationFailedError,
)

from sync.core.event import ChangeEvent
from sync.errors import DualWriteError, NotAuthorised, Unavailable
from sync.log.codec import CONTENT_TYPE, encode, record_key
from sync.log.kafka_history import history
from sync.log.kafka_options import KafkaOptions
from sync.log.kafka_producer import KafkaAppender, Record
from sync.log.kafka_topics import create_missing
from sync.log.records import record
from sync.log.topics import CHANGES, TOPICS, topic_name
from sync.ports import LogRecord

_REFUSED = (
    AuthenticationFailedError,
    GroupAuthorizationFailedError,
    TopicAuthorizationFailedError,
)
_CONTENT_TYPE = ("content-type", CONTENT_TYPE.encode())


class KafkaLog:
    """The change log on Kafka: idempotent producer, consumer group, offsets committed by hand.

    What was polled and not committed comes again, to this or another member of the group: after a
    crash, after `close`, and when the group shares its partitions anew.

    Args:
        options: How the broker is reached.
    """

    def __init__(self, options: KafkaOptions) -> None:
        self._options = options
        self._topic = topic_name(CHANGES, options.prefix)
        self._polled: dict[TopicPartition, int] = {}
        self._appender: KafkaAppender | None = None
        self._consumer: Any = None
        """Set from start to close."""

    async def start(self) -> None:
        """Connect, create what is missing, and take up consumption where it was committed.

        Raises:
            NotAuthorised: The broker does not let us in, or not to these topics or this group.
            Unavailable: The broker cannot be reached.
        """
        async with self._explained("reach"):
            await create_missing(
                self._options, [topic_name(topic, self._options.prefix) for topic in TOPICS]
            )
            try:
                self._appender = await self._new_appender()
                self._consumer = AIOKafkaConsumer(
                    **self._options.connection(),
                    group_id=self._options.group,
                    group_instance_id=self._options.member,
                    session_timeout_ms=int(self._options.session * 1000),
                    enable_auto_commit=False,
                    auto_offset_reset="earliest",
                )
                self._consumer.subscribe([self._topic], listener=_Forgetful(self._polled))
                await self._consumer.start()
            except BaseException:
                await self.close()
                raise

    async def publish(self, events: Sequence[ChangeEvent]) -> None:
        """Append events; they are durable when this returns.

        Raises:
            Unavailable: Whether they are in the log is unknown: publish them again.
        """
        if events:
            await self._append(self._topic, [_encoded(event) for event in events])

    async def poll(self, limit: int, wait: float) -> list[LogRecord]:
        """Up to `limit` further records; waits up to `wait` seconds for the first."""
        async with self._explained("read from"):
            found = await self._consumer.getmany(
                timeout_ms=max(0, int(wait * 1000)), max_records=limit
            )
        records = []
        for partition, messages in found.items():
            for message in messages:
                position = f"{partition.partition}:{message.offset}"
                records.append(record(position, message.value or b""))
            self._polled[partition] = messages[-1].offset + 1
        return records

    async def commit(self) -> None:
        """Acknowledge everything polled so far from partitions that are still ours.

        Raises:
            Unavailable: The broker did not answer; the next commit includes this one.
        """
        ours = self._consumer.assignment()
        offsets = {at: offset for at, offset in self._polled.items() if at in ours}
        if offsets:
            # While partitions are shared anew nothing is committed: the records come again.
            async with self._explained("commit to"):
                with suppress(CommitFailedError, IllegalStateError):
                    await self._consumer.commit(offsets)
        self._polled.clear()

    async def note(self, topic: str, key: str, value: bytes) -> None:
        """Append to a side topic (`outcomes`, `deadletters`), for other readers."""
        name = topic_name(topic, self._options.prefix)
        await self._append(name, [(key.encode(), value, [])])

    async def history(self, topic: str) -> AsyncIterator[bytes]:
        """Every note of a side topic so far, from the first; in order per key."""
        async with self._explained("read from"):
            async for value in history(self._options, topic_name(topic, self._options.prefix)):
                yield value

    async def close(self) -> None:
        """Stop, giving back what was not committed."""
        consumer, appender = self._consumer, self._appender
        self._consumer = self._appender = None
        self._polled.clear()
        try:
            if consumer is not None:
                await consumer.stop()
        finally:
            if appender is not None:
                await appender.close()

    async def _append(self, topic: str, records: Sequence[Record]) -> None:
        if self._consumer is None:
            raise Unavailable("The log is closed.", cure="Start it first.")
        async with self._explained("write to"):
            try:
                if self._appender is None:
                    self._appender = await self._new_appender()
                await self._appender.append(topic, records)
            except KafkaError:
                # An idempotent producer may have failed for good: the next attempt gets a new one.
                failed, self._appender = self._appender, None
                if failed is not None:
                    await failed.close()
                raise

    async def _new_appender(self) -> KafkaAppender:
        appender = KafkaAppender(self._options)
        try:
            await appender.start()
        except BaseException:
            await appender.close()
            raise
        return appender

    @asynccontextmanager
    async def _explained(self, doing: str) -> AsyncIterator[None]:
        try:
            yield
        except KafkaError as error:
            raise self._translated(doing, error) from error

    def _translated(self, doing: str, error: KafkaError) -> DualWriteError:
        message = f"Could not {doing} Kafka at {self._options.bootstrap}: {error!r}."
        if isinstance(error, _REFUSED):
            return NotAuthorised(message, cure="Check user, password and the broker's ACLs.")
        return Unavailable(message, cure="Check that the broker runs and can be reached.")


class _Forgetful(ConsumerRebalanceListener):  # type: ignore[misc]
    """Forgets what was polled from partitions that may now be somebody else's."""

    def __init__(self, polled: dict[TopicPartition, int]) -> None:
        self._polled = polled

    def on_partitions_revoked(self, revoked: Sequence[TopicPartition]) -> None:
        for partition in revoked:
            self._polled.pop(partition, None)

    def on_partitions_assigned(self, assigned: Sequence[TopicPartition]) -> None:
        """Nothing: consumption goes on where it was committed."""


def _encoded(event: ChangeEvent) -> Record:
    headers = [_CONTENT_TYPE]
    if event.traceparent is not None:
        headers.append(("traceparent", event.traceparent.encode()))
    return record_key(event.ref).encode(), encode(event), headers
