"""Appending to Kafka: idempotent, acknowledged by all replicas, in full batches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zlib import crc32

from aiokafka import AIOKafkaProducer

from sync.log.kafka_options import KafkaOptions

_BATCH_BYTES = 524_288
_REQUEST_BYTES = 2_097_152

Record = tuple[bytes, bytes, list[tuple[str, bytes]]]
"""Key, value, headers."""


class KafkaAppender:
    """Appends records; a key's records stay in order, in one partition."""

    def __init__(self, options: KafkaOptions) -> None:
        self._producer = AIOKafkaProducer(
            **options.connection(),
            enable_idempotence=True,
            acks="all",
            linger_ms=2,
            max_batch_size=_BATCH_BYTES,
            max_request_size=_REQUEST_BYTES,
        )

    async def start(self) -> None:
        """Connect."""
        await self._producer.start()

    async def close(self) -> None:
        """Send what is left, and disconnect."""
        await self._producer.stop()

    async def append(self, topic: str, records: Sequence[Record]) -> None:
        """Append records; all of them are acknowledged by all replicas when this returns."""
        partitions = sorted(await self._producer.partitions_for(topic))
        by_partition: dict[int, list[Record]] = {}
        for record in records:
            # The client's own partitioner costs as much as all the rest.
            partition = partitions[crc32(record[0]) % len(partitions)]
            by_partition.setdefault(partition, []).append(record)
        sent: list[Any] = []
        for partition, queued in by_partition.items():
            sent.extend(await self._send(topic, partition, queued))
        for acknowledged in sent:
            await acknowledged

    async def _send(self, topic: str, partition: int, records: Sequence[Record]) -> list[Any]:
        sent = []
        batch = self._producer.create_batch()
        for key, value, headers in records:
            if batch.append(key=key, value=value, timestamp=None, headers=headers) is None:
                sent.append(await self._producer.send_batch(batch, topic, partition=partition))
                batch = self._producer.create_batch()
                batch.append(key=key, value=value, timestamp=None, headers=headers)
        sent.append(await self._producer.send_batch(batch, topic, partition=partition))
        return sent
