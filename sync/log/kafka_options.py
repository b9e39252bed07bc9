"""How Apache Kafka is reached."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiokafka.helpers import create_ssl_context

from sync.errors import ConfigurationWrong

_MECHANISMS = ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")


@dataclass(frozen=True, kw_only=True)
class KafkaOptions:
    """Where the broker is, who we are, and how topics are made.

    Attributes:
        bootstrap: `host:port`, several separated by commas.
        group: The consumer group; every service instance of one installation is in the same.
        member: What this instance is called in it, and no other one (letters, digits, `.`, `_`,
            `-`). Whoever comes under that name has its partitions at once, so that after a kill
            nobody waits until the dead one is given up; so does who is stopped and not started
            again. `None`: another name each time.
        session: Seconds after which a member that is not heard of is given up.
        prefix: What topic names begin with.
        partitions: How many partitions a topic gets that has to be created. Order is kept within
            a partition; raising the number of an existing topic moves rows to others.
        replicas: How many copies a topic gets that has to be created; `None`: the broker's default.
        tls: Whether the connection is encrypted; implied by the three files.
        ca_file: Certificates that are trusted, instead of the machine's.
        cert_file: Our certificate, where the broker asks for one.
        key_file: Its key.
        sasl_mechanism: `PLAIN`, `SCRAM-SHA-256` or `SCRAM-SHA-512`; `None`: no log-in.
        username: The user to log in as.
        password: The password; never shown.
        timeout: Seconds after which a request counts as failed.

    Raises:
        ConfigurationWrong: The settings contradict each other, or a file cannot be used.
    """

    bootstrap: str
    group: str = "dualwrite"
    member: str | None = None
    session: float = 10.0
    prefix: str = "dualwrite."
    partitions: int = 12
    replicas: int | None = None
    tls: bool = False
    ca_file: Path | None = None
    cert_file: Path | None = None
    key_file: Path | None = None
    sasl_mechanism: str | None = None
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    timeout: float = 30.0

    def __post_init__(self) -> None:
        if self.sasl_mechanism is not None:
            if self.sasl_mechanism not in _MECHANISMS:
                raise ConfigurationWrong(
                    f"Kafka's SASL mechanism {self.sasl_mechanism!r} is not known.",
                    cure=f"Use one of {', '.join(_MECHANISMS)}.",
                )
            if not self.username or self.password is None:
                raise ConfigurationWrong(
                    "Kafka's SASL mechanism is set, but user or password is missing.",
                    cure="Set both, or no mechanism.",
                )
        if self.partitions < 1:
            raise ConfigurationWrong("A Kafka topic needs at least one partition.")

    @property
    def encrypted(self) -> bool:
        """Whether the connection is encrypted."""
        return self.tls or any((self.ca_file, self.cert_file, self.key_file))

    def connection(self) -> dict[str, Any]:
        """The arguments that every client takes.

        Raises:
            ConfigurationWrong: A certificate file cannot be used.
        """
        sasl = self.sasl_mechanism is not None
        protocol = ("SASL_" if sasl else "") + ("SSL" if self.encrypted else "PLAINTEXT")
        arguments: dict[str, Any] = {
            "bootstrap_servers": self.bootstrap,
            "client_id": "dualwrite",
            "security_protocol": protocol,
            "request_timeout_ms": int(self.timeout * 1000),
        }
        if self.encrypted:
            arguments["ssl_context"] = self._ssl_context()
        if sasl:
            arguments["sasl_mechanism"] = self.sasl_mechanism
            arguments["sasl_plain_username"] = self.username
            arguments["sasl_plain_password"] = self.password
        return arguments

    def _ssl_context(self) -> Any:
        try:
            return create_ssl_context(
                cafile=None if self.ca_file is None else str(self.ca_file),
                certfile=None if self.cert_file is None else str(self.cert_file),
                keyfile=None if self.key_file is None else str(self.key_file),
            )
        except OSError as error:
            raise ConfigurationWrong(
                f"A certificate or key file for Kafka cannot be used: {error}.",
                cure="Check the paths and that the service may read the files (PEM).",
            ) from error
