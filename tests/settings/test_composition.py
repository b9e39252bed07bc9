"""From settings to parts: what is missing is named, and what is set reaches its place."""

from __future__ import annotations

import re
import stat
from pathlib import Path

import pytest

from connectors.dataverse.options import DataverseOptions
from connectors.finops.options import FinopsOptions
from sync.bootstrap import api_token, build, load_kinds, open_state, open_systems
from sync.bootstrap.systems import kafka_options
from sync.errors import ConfigurationWrong
from sync.log.embedded import EmbeddedLog
from sync.log.kafka import KafkaLog
from sync.settings import PREFIX, Settings, load, secrets

ROOT = Path(__file__).parents[2]
FULL = {
    "crm_url": "https://crm.example",
    "erp_url": "https://erp.example",
    "crm_client_id": "c",
    "crm_client_secret": "cs",
    "erp_client_id": "e",
    "erp_client_secret": "es",
}


def made(**values: str) -> Settings:
    return load(None, {f"{PREFIX}{name.upper()}": value for name, value in values.items()})


@pytest.mark.parametrize("name", FULL)
def test_what_a_system_needs_is_named_when_it_is_missing(name: str) -> None:
    settings = made(**{other: value for other, value in FULL.items() if other != name})
    with pytest.raises(ConfigurationWrong) as refused:
        open_systems(settings, load_kinds(settings))
    assert refused.value.message == f"{name} is not set."
    assert f"{PREFIX}{name.upper()}" in str(refused.value.cure)


async def test_a_certificate_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("nothing", "utf-8")
    settings = made(**FULL, ca_file=str(tmp_path / "ca.pem"))
    with pytest.raises(ConfigurationWrong):
        open_systems(settings, load_kinds(settings))


def test_the_flavour_and_the_operators_folder_choose_the_maps(tmp_path: Path) -> None:
    ids = {gab: {m.id for m in load_kinds(made(gab=gab)).table_maps} for gab in ("yes", "no")}
    assert "parties" in ids["yes"] - ids["no"]
    with pytest.raises(ConfigurationWrong, match="is no folder"):
        load_kinds(made(maps_dir=str(tmp_path / "none")))


@pytest.mark.parametrize(
    ("protocol", "tls", "mechanism"),
    [
        ("PLAINTEXT", False, None),
        ("SSL", True, None),
        ("SASL_PLAINTEXT", False, "SCRAM-SHA-256"),
        ("SASL_SSL", True, "SCRAM-SHA-256"),
    ],
)
def test_the_brokers_are_reached_as_set(protocol: str, tls: bool, mechanism: str | None) -> None:
    options = kafka_options(
        made(
            kafka_bootstrap="a:1,b:2",
            kafka_plaintext="yes",
            kafka_group="g",
            kafka_topic_prefix="p.",
            kafka_security_protocol=protocol,
            kafka_sasl_mechanism="SCRAM-SHA-256",
            kafka_sasl_username="u",
            kafka_sasl_password="w",
        )
    )
    assert (options.bootstrap, options.group, options.prefix) == ("a:1,b:2", "g", "p.")
    assert (options.encrypted, options.sasl_mechanism) == (tls, mechanism)
    assert options.connection()["security_protocol"] == protocol


def test_a_service_has_a_name_of_its_own_in_its_group(tmp_path: Path) -> None:
    """The same after a restart, another one for another folder, and one that Kafka takes."""
    names = [
        kafka_options(made(kafka_bootstrap="127.0.0.1:1", data_dir=str(tmp_path / name))).member
        for name in ("one", "one", "two")
    ]
    assert names[0] == names[1] != names[2]
    assert all(name is not None and re.fullmatch(r"[\w.-]{1,249}", name) for name in names)


async def test_brokers_choose_the_log(tmp_path: Path) -> None:
    for brokers, kind in (("", EmbeddedLog), ("127.0.0.1:1", KafkaLog)):
        set_ = {"kafka_bootstrap": brokers} if brokers else {}
        parts = build(made(**FULL, **set_, data_dir=str(tmp_path)))
        assert type(parts.log) is kind
        assert parts.service.options.batch == parts.settings.batch
        await parts.service.close()


def test_a_token_is_made_once_unless_it_is_set(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    settings = made(data_dir=str(folder))
    token = api_token(settings)
    assert token == api_token(settings)
    assert len(token) >= 32
    assert stat.S_IMODE((folder / "api-token").stat().st_mode) == 0o600
    (folder / "api-token").write_text("\n", "utf-8")
    with pytest.raises(ConfigurationWrong, match="is empty"):
        api_token(settings)
    assert api_token(made(data_dir=str(folder), api_token="x" * 16)) == "x" * 16


def test_a_data_folder_that_cannot_be_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    settings = made(data_dir=str(tmp_path / "file" / "state"))
    with pytest.raises(ConfigurationWrong, match="cannot be used"):
        api_token(settings)


def test_the_folder_of_a_named_database_file_is_made(tmp_path: Path) -> None:
    file = tmp_path / "new" / "state.db"
    open_state(made(database_url=f"sqlite:///{file}"))
    assert file.parent.is_dir()
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(ConfigurationWrong, match="of the database cannot be made"):
        open_state(made(database_url=f"sqlite:///{tmp_path}/file/state.db"))


def test_every_variable_that_deployment_names_is_a_setting() -> None:
    known = {*Settings.model_fields, *(f"{name}_file" for name in secrets())}
    files = [f for f in (ROOT / "deploy").rglob("*") if f.is_file() and "dev" not in f.parts]
    named = {
        name.lower()
        for file in files
        for name in re.findall(r"\bDUALWRITE_([A-Z_]*[A-Z])\b", file.read_text("utf-8"))
        if name != "PORT"  # named as one that Kubernetes would add
    }
    assert {"database_url", "kafka_bootstrap", "api_host"} <= named
    assert named <= known, f"{named - known} are no settings"


def test_defaults_are_those_of_the_connectors() -> None:
    assert DataverseOptions().webhook_url is None
    assert FinopsOptions().companies == made().erp_companies == ()
