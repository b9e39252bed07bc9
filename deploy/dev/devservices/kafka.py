"""A single Apache Kafka node (KRaft: broker and controller in one) on loopback."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

from devservices import java, kafka_jars, kafka_wire
from devservices.commands import run
from devservices.ports import LOOPBACK, free_ports
from devservices.processes import Process, spawn
from devservices.state import Service
from devservices.waiting import until_ready

NAME = "kafka"
_READY_SECONDS = 120.0
_STOP = ((signal.SIGTERM, 20.0),)
_JVM = (
    "-Xms256m",
    "-Xmx512m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-Djava.awt.headless=true",
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
    "-Dorg.slf4j.simpleLogger.showDateTime=true",
)


def start(folder: Path, *, die_with_us: bool, say: Callable[[str], None]) -> Service:
    """Format a log folder, start the node and wait until it takes requests.

    Args:
        folder: An empty folder of its own.
        die_with_us: Have the kernel end the node should we be killed.
        say: Takes progress lines.

    Raises:
        PortTakenError: Another program took a port: call again with another folder.
        ServiceError: It cannot be started.
    """
    program = [java.require(), *_JVM, "-cp", f"{kafka_jars.require()}/*"]
    client, controller = free_ports(2)
    properties = folder / "server.properties"
    properties.write_text(_properties(folder, client, controller), encoding="utf-8")
    environment = {
        "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
        "HOME": str(folder),
        "LC_ALL": "C.UTF-8",
    }
    cure = "run `deploy/dev/services install` again; it checks every jar"
    storage = [*program, "kafka.tools.StorageTool"]
    # The tool prints the new cluster's id on the last line.
    cluster = run(
        [*storage, "random-uuid"],
        what="Kafka's StorageTool",
        cure=cure,
        timeout=60,
        environment=environment,
    ).split()[-1]
    run(
        [*storage, "format", "-t", cluster, "-c", str(properties)],
        what="Kafka's StorageTool",
        cure=cure,
        timeout=60,
        environment=environment,
    )
    log = folder / "kafka.log"
    process = spawn(
        [*program, "kafka.Kafka", str(properties)],
        what="Kafka",
        log=log,
        environment=environment,
        die_with_us=die_with_us,
    )
    address = f"{LOOPBACK}:{client}"
    try:
        until_ready(
            lambda: kafka_wire.missing(LOOPBACK, client),
            what="Kafka",
            address=address,
            process=process,
            log=log,
            timeout=_READY_SECONDS,
        )
    except BaseException:
        stop(process)
        raise
    say(f"Apache Kafka {kafka_jars.VERSION} answers on {address}")
    return Service(NAME, process, address, {"DUALWRITE_TEST_KAFKA_BOOTSTRAP": address})


def stop(process: Process) -> None:
    """Stop the node: a controlled shutdown, then a kill."""
    process.stop(_STOP)


def _properties(folder: Path, client: int, controller: int) -> str:
    settings = {
        "process.roles": "broker,controller",
        "node.id": 1,
        "listeners": f"PLAINTEXT://{LOOPBACK}:{client},CONTROLLER://{LOOPBACK}:{controller}",
        "advertised.listeners": f"PLAINTEXT://{LOOPBACK}:{client}",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "controller.listener.names": "CONTROLLER",
        "controller.quorum.voters": f"1@{LOOPBACK}:{controller}",
        "log.dirs": folder / "data",
        # Many production clusters forbid it, so whoever needs a topic has to create it.
        "auto.create.topics.enable": "false",
        "offsets.topic.replication.factor": 1,
        "offsets.topic.num.partitions": 4,
        "transaction.state.log.replication.factor": 1,
        "transaction.state.log.min.isr": 1,
        "transaction.state.log.num.partitions": 4,
        "share.coordinator.state.topic.replication.factor": 1,
        "share.coordinator.state.topic.min.isr": 1,
        "group.initial.rebalance.delay.ms": 0,
        "num.network.threads": 1,
        "num.io.threads": 2,
        # A test broker is small and short-lived: do not reserve room for large indexes.
        "log.index.size.max.bytes": 1 << 20,
        "log.cleaner.dedupe.buffer.size": 16 << 20,
    }
    return "".join(f"{key}={value}\n" for key, value in settings.items())
