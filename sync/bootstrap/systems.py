"""From the settings to the options of what they reach: both systems and the change log."""

from __future__ import annotations

import re
import socket
from collections.abc import Mapping
from hashlib import blake2b
from pathlib import Path

from pydantic import SecretStr

from connectors.dataverse.connector import DataverseConnector
from connectors.dataverse.factory import open_dataverse
from connectors.dataverse.options import DataverseOptions
from connectors.finops.connector import FinopsConnector
from connectors.finops.factory import open_finops
from connectors.finops.options import FinopsOptions
from connectors.odata.opening import Credentials
from connectors.odata.options import HttpOptions
from sync.core.kinds import Kinds
from sync.core.row import Side
from sync.errors import ConfigurationWrong
from sync.log.kafka_options import KafkaOptions
from sync.settings import PREFIX, Settings

_LONGEST_HOST = 200


def open_systems(settings: Settings, kinds: Kinds) -> tuple[DataverseConnector, FinopsConnector]:
    """Connectors for both systems. Nothing is sent until they are used.

    Raises:
        ConfigurationWrong: An address or an identity is missing; names the setting.
    """
    http = HttpOptions(ca_file=_text(settings.ca_file))
    crm_url = _needed(settings.crm_url, "crm_url")
    erp_url = _needed(settings.erp_url, "erp_url")
    hook = f"{settings.webhook_url.rstrip('/')}/hooks/crm" if settings.webhook_url else None
    crm = open_dataverse(
        crm_url,
        _credentials(settings, Side.CRM),
        kinds.tables[Side.CRM],
        DataverseOptions(
            webhook_url=hook, webhook_secret=_plain(settings.crm_webhook_secret), http=http
        ),
    )
    erp = open_finops(
        erp_url,
        _credentials(settings, Side.ERP),
        kinds.tables[Side.ERP],
        FinopsOptions(companies=settings.erp_companies, http=http),
    )
    return crm, erp


def kafka_options(settings: Settings) -> KafkaOptions:
    """How the brokers are reached.

    Raises:
        ConfigurationWrong: They are not set, or the settings contradict each other.
    """
    protocol = settings.kafka_security_protocol
    return KafkaOptions(
        bootstrap=_needed(settings.kafka_bootstrap, "kafka_bootstrap"),
        group=settings.kafka_group,
        member=_member(settings.data_dir),
        prefix=settings.kafka_topic_prefix,
        tls=protocol.endswith("SSL"),
        ca_file=settings.kafka_ca_file,
        cert_file=settings.kafka_cert_file,
        key_file=settings.kafka_key_file,
        sasl_mechanism=settings.kafka_sasl_mechanism if protocol.startswith("SASL") else None,
        username=settings.kafka_sasl_username,
        password=_plain(settings.kafka_sasl_password),
    )


def _member(data_dir: Path) -> str:
    """What this service is called among those of its group: the same after every start.

    A machine and a data folder have one service. Kafka takes what it takes for a topic's name.
    """
    host = re.sub(r"[^A-Za-z0-9._-]", "-", socket.gethostname())[:_LONGEST_HOST]
    folder = blake2b(str(data_dir.absolute()).encode(), digest_size=4).hexdigest()
    return f"{host}-{folder}"


def _credentials(settings: Settings, side: Side) -> Credentials:
    values: Mapping[Side, tuple[str | None, SecretStr | None, str | None]] = {
        Side.CRM: (settings.crm_client_id, settings.crm_client_secret, settings.crm_token_url),
        Side.ERP: (settings.erp_client_id, settings.erp_client_secret, settings.erp_token_url),
    }
    client_id, secret, token_url = values[side]
    return Credentials(
        client_id=_needed(client_id, f"{side}_client_id"),
        client_secret=_needed(_plain(secret), f"{side}_client_secret"),
        tenant=settings.tenant_id,
        authority=settings.authority,
        token_url=token_url,
    )


def _needed(value: str | None, name: str) -> str:
    if not value:
        raise ConfigurationWrong(
            f"{name} is not set.",
            cure=f"Set {PREFIX}{name.upper()}, or {name} in the settings file.",
        )
    return value


def _plain(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret is not None else None


def _text(path: Path | None) -> str | None:
    return str(path) if path is not None else None
