"""The change log on Apache Kafka."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from sync.errors import ConfigurationWrong, Recovery, Unavailable
from sync.log.kafka import KafkaLog
from sync.log.kafka_options import KafkaOptions
from sync.ports import ChangeLog
from sync.testing.contracts.log import (
    PATIENCE,
    AppendRaw,
    LogContract,
    MakeLog,
    drain,
    events,
)
from sync.testing.contracts.samples import account, change


@pytest.fixture
def options(kafka_bootstrap: str, kafka_prefix: str) -> KafkaOptions:
    return KafkaOptions(
        bootstrap=kafka_bootstrap, group=f"{kafka_prefix}g", prefix=kafka_prefix, partitions=3
    )


@pytest.fixture
async def make_log(options: KafkaOptions) -> AsyncIterator[MakeLog]:
    logs: list[KafkaLog] = []

    async def make() -> ChangeLog:
        log = KafkaLog(options)
        logs.append(log)
        await log.start()
        return log

    yield make
    for log in logs:
        await log.close()


class TestKafkaLog(LogContract):
    @pytest.fixture
    def make_log(self, make_log: MakeLog) -> MakeLog:
        return make_log

    @pytest.fixture
    def append_raw(self, options: KafkaOptions) -> AppendRaw:
        async def append(raw: bytes) -> None:
            producer = AIOKafkaProducer(bootstrap_servers=options.bootstrap)
            await producer.start()
            try:
                await producer.send_and_wait(f"{options.prefix}changes", raw)
            finally:
                await producer.stop()

        return append


async def test_members_share_the_partitions_and_lose_nothing(make_log: MakeLog) -> None:
    first = await make_log()
    await first.publish([change(row) for row in range(60)])
    seen = events(await first.poll(20, PATIENCE))
    second = await make_log()
    await first.commit()
    await first.publish([change(row, 2) for row in range(60)])

    async def until_all(log: ChangeLog) -> None:
        while len({event.id for event in seen}) < 120:
            seen.extend(events(await log.poll(50, 0.2)))
            await log.commit()

    await asyncio.wait_for(asyncio.gather(until_all(first), until_all(second)), 25)
    for row in range(60):
        versions = [event.version for event in seen if event.ref == account(row).ref]
        assert list(dict.fromkeys(versions)) == ["1", "2"]


async def test_a_record_carries_what_other_readers_need(
    make_log: MakeLog, options: KafkaOptions
) -> None:
    log = await make_log()
    await log.publish([change("a")])
    await log.note("outcomes", "crm|accounts|id-a", b'{"ok":true}')
    topics = [f"{options.prefix}changes", f"{options.prefix}outcomes"]
    consumer = AIOKafkaConsumer(
        *topics, bootstrap_servers=options.bootstrap, auto_offset_reset="earliest"
    )
    await consumer.start()
    try:
        records = [await consumer.getone() for _ in topics]
    finally:
        await consumer.stop()
    assert {record.topic for record in records} == set(topics)
    assert {record.key for record in records} == {b"crm|accounts|id-a"}
    headers = dict(next(r.headers for r in records if r.topic == topics[0]))
    assert headers == {"content-type": b"application/cloudevents+json"}


async def test_topics_are_created_once_with_the_partitions_asked_for(
    make_log: MakeLog, options: KafkaOptions
) -> None:
    await asyncio.gather(make_log(), make_log())
    consumer = AIOKafkaConsumer(bootstrap_servers=options.bootstrap)
    await consumer.start()
    try:
        for topic in ("changes", "outcomes", "deadletters"):
            await consumer._client._wait_on_metadata(f"{options.prefix}{topic}")
            assert consumer.partitions_for_topic(f"{options.prefix}{topic}") == {0, 1, 2}
    finally:
        await consumer.stop()


async def test_a_producer_that_failed_for_good_is_replaced(make_log: MakeLog) -> None:
    log = await make_log()
    assert isinstance(log, KafkaLog)
    await log.publish([change("a")])
    assert log._appender is not None
    await log._appender.close()
    with pytest.raises(Unavailable, match="write to Kafka"):
        await log.publish([change("b")])
    await log.publish([change("b")])
    assert {event.id for event in events(await drain(log, 2))} == {change("a").id, change("b").id}


async def test_an_unreachable_broker_is_named(unused_tcp_port: int) -> None:
    log = KafkaLog(KafkaOptions(bootstrap=f"127.0.0.1:{unused_tcp_port}", timeout=1))
    with pytest.raises(Unavailable, match=f"127.0.0.1:{unused_tcp_port}") as caught:
        await log.start()
    assert caught.value.recovery is Recovery.RETRY
    with pytest.raises(Unavailable, match="closed"):
        await log.publish([change("a")])


_MEMBER = """
import asyncio, sys
from sync.log.kafka import KafkaLog
from sync.log.kafka_options import KafkaOptions

async def consume():
    bootstrap, prefix, member = sys.argv[1:]
    log = KafkaLog(KafkaOptions(bootstrap=bootstrap, group=prefix + "g", prefix=prefix,
                                partitions=3, member=member, session=120.0))
    await log.start()
    while True:
        if await log.poll(10, 1.0):
            print("polled", flush=True)

asyncio.run(consume())
"""


async def test_who_comes_after_a_kill_has_the_dead_ones_place_at_once(
    options: KafkaOptions,
) -> None:
    """Nobody waits for the two minutes after which the dead one would be given up."""
    named = replace(options, member="service-one", session=120.0)
    first = KafkaLog(options)
    await first.start()
    await first.publish([change("a")])
    await first.close()
    arguments = ("-c", _MEMBER, options.bootstrap, options.prefix, "service-one")
    process = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"polled\n"
    process.kill()
    await process.wait()
    log = KafkaLog(named)
    await log.start()
    try:
        assert [event.id for event in events(await drain(log, 1))] == [change("a").id]
    finally:
        await log.close()


def test_options_choose_the_protocol_and_keep_the_password() -> None:
    plain = KafkaOptions(bootstrap="b:1")
    assert plain.connection()["security_protocol"] == "PLAINTEXT"
    tls = KafkaOptions(bootstrap="b:1", tls=True)
    assert tls.connection()["security_protocol"] == "SSL"
    sasl = KafkaOptions(
        bootstrap="b:1", tls=True, sasl_mechanism="PLAIN", username="u", password="secret-x"
    )
    assert sasl.connection()["security_protocol"] == "SASL_SSL"
    assert sasl.connection()["sasl_plain_password"] == "secret-x"
    assert "secret-x" not in repr(sasl)


def test_options_that_contradict_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationWrong, match="user or password"):
        KafkaOptions(bootstrap="b:1", sasl_mechanism="PLAIN", username="u")
    with pytest.raises(ConfigurationWrong, match="GSSAPI"):
        KafkaOptions(bootstrap="b:1", sasl_mechanism="GSSAPI")
    with pytest.raises(ConfigurationWrong, match="partition"):
        KafkaOptions(bootstrap="b:1", partitions=0)
    with pytest.raises(ConfigurationWrong, match="certificate"):
        KafkaOptions(bootstrap="b:1", ca_file=tmp_path / "none.pem").connection()
