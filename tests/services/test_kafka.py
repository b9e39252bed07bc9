"""The real Apache Kafka broker takes, keeps and gives back messages in order."""

from __future__ import annotations

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError


@pytest.fixture
async def topic(kafka_bootstrap: str, kafka_prefix: str) -> str:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka_bootstrap)
    await admin.start()
    try:
        name = f"{kafka_prefix}changes"
        answer = await admin.create_topics([NewTopic(name, num_partitions=2, replication_factor=1)])
        assert [error[:2] for error in answer.topic_errors] == [(name, 0)]
        return name
    finally:
        await admin.close()


async def test_an_idempotent_round_trip_keeps_the_order(kafka_bootstrap: str, topic: str) -> None:
    sent = [f"value {number}".encode() for number in range(100)]
    producer = AIOKafkaProducer(
        bootstrap_servers=kafka_bootstrap, enable_idempotence=True, acks="all"
    )
    await producer.start()
    try:
        for value in sent:
            await producer.send(topic, value, key=b"crm/account/1", partition=1)
        await producer.flush()
    finally:
        await producer.stop()

    partition = TopicPartition(topic, 1)
    consumer = AIOKafkaConsumer(
        bootstrap_servers=kafka_bootstrap,
        group_id=f"{topic}.group",
        enable_auto_commit=False,
        auto_offset_reset="earliest",
    )
    await consumer.start()
    try:
        consumer.assign([partition])
        received: list[bytes] = []
        while len(received) < len(sent):
            batches = await consumer.getmany(timeout_ms=1000)
            received += [record.value for record in batches.get(partition, [])]
        assert received == sent
        await consumer.commit({partition: len(sent)})
        assert await consumer.committed(partition) == len(sent)
    finally:
        await consumer.stop()


async def test_a_topic_that_nobody_created_does_not_appear(
    kafka_bootstrap: str, kafka_prefix: str
) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=kafka_bootstrap, request_timeout_ms=1500)
    await producer.start()
    try:
        with pytest.raises(KafkaError):
            await producer.send_and_wait(f"{kafka_prefix}missing", b"value")
    finally:
        await producer.stop()
