"""Reading a side topic on Kafka from its first record, outside any consumer group."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from aiokafka import AIOKafkaConsumer

from sync.log.kafka_options import KafkaOptions

_AT_ONCE = 500
_WAIT_MS = 500


async def history(options: KafkaOptions, topic: str) -> AsyncIterator[bytes]:
    """Every value of the topic so far, in order per key."""
    consumer: Any = AIOKafkaConsumer(
        topic,
        **options.connection(),
        group_id=None,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
    )
    await consumer.start()
    try:
        ends = await consumer.end_offsets(sorted(consumer.assignment()))
        while any([await consumer.position(at) < end for at, end in ends.items()]):
            found = await consumer.getmany(timeout_ms=_WAIT_MS, max_records=_AT_ONCE)
            for messages in found.values():
                for message in messages:
                    yield message.value or b""
    finally:
        await consumer.stop()
