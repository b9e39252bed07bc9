"""What is sent to another machine cannot be read on the way, unless somebody says so."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from sync.errors import ConfigurationWrong
from sync.settings import load

ROOT = Path(__file__).parents[2]
ADDRESSES = ["crm_url", "erp_url", "authority", "crm_token_url", "erp_token_url", "webhook_url"]
SECRET = {"DUALWRITE_CRM_WEBHOOK_SECRET": "secret-of-the-webhook"}


@pytest.mark.parametrize("name", ADDRESSES)
@pytest.mark.parametrize(
    "host", ["crm.example", "10.0.0.1", "[2001:db8::1]:8801", "localhost.example", "127.example"]
)
def test_an_address_of_another_machine_needs_tls(name: str, host: str) -> None:
    values = {f"DUALWRITE_{name.upper()}": f"http://{host}/", **SECRET}
    with pytest.raises(ConfigurationWrong, match=rf"{name} begins with http://.*plain_http"):
        load(environment=values)
    allowed = load(environment={**values, "DUALWRITE_PLAIN_HTTP": "true"})
    assert getattr(allowed, name) == f"http://{host}/"


@pytest.mark.parametrize("name", ADDRESSES)
@pytest.mark.parametrize(
    "address",
    [
        "https://crm.example",
        "http://127.0.0.1:8801",
        "http://127.8.8.8",
        "http://[::1]:8801",
        "http://localhost:8801/",
        "http://crm.localhost",
    ],
)
def test_tls_and_this_machine_need_nothing(name: str, address: str) -> None:
    values = {f"DUALWRITE_{name.upper()}": address, **SECRET}
    assert getattr(load(environment=values), name) == address


BROKERS = "DUALWRITE_KAFKA_BOOTSTRAP"
SASL = {"DUALWRITE_KAFKA_SASL_USERNAME": "u", "DUALWRITE_KAFKA_SASL_PASSWORD": "a password"}


@pytest.mark.parametrize("protocol", ["PLAINTEXT", "SASL_PLAINTEXT"])
@pytest.mark.parametrize(
    "brokers", ["kafka:9092", "127.0.0.1:9092, 10.0.0.1:9092", "[2001:db8::1]:9092", "kafka"]
)
def test_a_broker_on_another_machine_needs_tls(brokers: str, protocol: str) -> None:
    values = {BROKERS: brokers, "DUALWRITE_KAFKA_SECURITY_PROTOCOL": protocol, **SASL}
    with pytest.raises(ConfigurationWrong, match=rf"{protocol}: .*kafka_plaintext") as refused:
        load(environment=values)
    assert brokers.rsplit(", ", maxsplit=1)[-1] in str(refused.value)
    allowed = load(environment={**values, "DUALWRITE_KAFKA_PLAINTEXT": "true"})
    assert allowed.kafka_bootstrap == brokers


@pytest.mark.parametrize(
    "more",
    [
        {BROKERS: "localhost:9092,127.0.0.1:9092,[::1]:9092"},
        {BROKERS: "kafka:9092", "DUALWRITE_KAFKA_SECURITY_PROTOCOL": "SSL"},
        {BROKERS: "kafka:9092", "DUALWRITE_KAFKA_SECURITY_PROTOCOL": "SASL_SSL", **SASL},
        {BROKERS: "kafka:9092", "DUALWRITE_KAFKA_CA_FILE": "ca.pem"},
    ],
)
def test_brokers_with_tls_and_on_this_machine_need_nothing(more: dict[str, str]) -> None:
    assert load(environment=more).kafka_bootstrap == more[BROKERS]


def test_certificates_are_never_left_unchecked() -> None:
    """No call of ours turns verification off, in any of its spellings."""
    off = []
    for folder in ("sync", "connectors", "mappings"):
        for file in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.keyword) and node.arg in ("verify", "verify_ssl", "ssl"):
                    value = node.value
                    if isinstance(value, ast.Constant) and value.value is False:
                        off.append(f"{file}:{value.lineno}")
                if isinstance(node, ast.Attribute) and node.attr in (
                    "CERT_NONE",
                    "CERT_OPTIONAL",
                    "check_hostname",
                    "_create_unverified_context",
                ):
                    off.append(f"{file}:{node.lineno}")
    assert off == []
