"""Making the topics that are missing."""

from __future__ import annotations

from collections.abc import Sequence

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import TopicAlreadyExistsError, for_code

from sync.log.kafka_options import KafkaOptions

_BROKERS_DEFAULT = -1


async def create_missing(options: KafkaOptions, topics: Sequence[str]) -> None:
    """Create the topics that the broker does not have; safe when several do so at once.

    Raises:
        KafkaError: The broker was not reached, or refused.
    """
    admin = AIOKafkaAdminClient(**options.connection())
    try:
        await admin.start()
        missing = sorted(set(topics).difference(await admin.list_topics()))
        if not missing:
            return
        answer = await admin.create_topics(
            [_new(topic, options) for topic in missing], timeout_ms=int(options.timeout * 1000)
        )
        for topic, code, *_ in answer.topic_errors:
            if code not in {0, TopicAlreadyExistsError.errno}:
                raise for_code(code)(topic)
    finally:
        await admin.close()


def _new(name: str, options: KafkaOptions) -> NewTopic:
    topic = NewTopic(name, options.partitions, options.replicas or 1)
    if options.replicas is None:
        # The client's constructor does not let one ask for the broker's default; the protocol does.
        topic.replication_factor = _BROKERS_DEFAULT
    return topic
