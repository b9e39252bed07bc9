"""The settings as one frozen value, and what does not fit together in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    Field,
    SecretStr,
    field_validator,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from sync.settings.readable import is_readable, is_this_machine
from sync.settings.sequences import SequenceSetting, SharedSequenceSetting

_ADDRESSES = (
    "crm_url",
    "erp_url",
    "authority",
    "crm_token_url",
    "erp_token_url",
    "webhook_url",
)

Seconds = Annotated[float, Field(gt=0)]
Port = Annotated[int, Field(ge=0, le=65535)]
Url = Annotated[str, Field(pattern=r"^https?://[^/\s]+(/\S*)?$")]


class Settings(BaseSettings):
    """Everything that can be set. Relative paths in a TOML file are relative to that file.

    Attributes:
        data_dir: Where the service keeps files of its own: the SQLite database, the API's token.
        database_url: The store, `sqlite:///FILE` or `postgresql://USER:PASSWORD@HOST/NAME`; a
            SQLite file in `data_dir` when unset. A secret, for it may hold a password.
        kafka_bootstrap: The brokers of the change log, `HOST:PORT` separated by commas; unset means
            the log embedded in the store.
        kafka_group: The consumer group; every instance of one installation has the same.
        kafka_topic_prefix: What our topics' names begin with.
        kafka_security_protocol: How brokers are spoken to.
        kafka_plaintext: Whether brokers on other machines may be spoken to without encryption, so
            that records and passwords travel readable.
        kafka_sasl_mechanism: How we say who we are, with a SASL protocol.
        kafka_sasl_username: Who we are to the brokers.
        kafka_sasl_password: The password for it.
        kafka_ca_file: PEM file of the authority that signed the brokers' certificates.
        kafka_cert_file: Our own certificate, where brokers ask for one.
        kafka_key_file: Its key.
        gab: Whether party and global address book are in use.
        maps_dir: A folder of table maps laid over the shipped ones.
        autostart_maps: Maps started with the service: ids separated by commas, or `all`.
        autostart_master: Who wins on first contact in those: `crm`, `erp` or `none`.
        api_host: The address the API listens on.
        api_port: Its port; 0 takes any free one.
        api_token: The bearer token of the API; made and kept in `data_dir/api-token` when unset.
        api_reader_token: A lesser one: it reads only, and sees no value of a record.
        crm_url: The CRM environment, e.g. `https://org.crm.dynamics.com`.
        erp_url: The ERP environment, e.g. `https://env.operations.dynamics.com`.
        tenant_id: The Microsoft Entra tenant of both.
        authority: The identity provider.
        crm_token_url: The whole token address for the CRM, in place of tenant and authority.
        erp_token_url: The same for the ERP.
        crm_client_id: The application's id for the CRM.
        crm_client_secret: Its secret.
        erp_client_id: The application's id for the ERP.
        erp_client_secret: Its secret.
        erp_companies: Legal entities to sweep, separated by commas; all when empty.
        ca_file: PEM file of an authority to trust besides the system's own.
        plain_http: Whether addresses of other machines may begin with `http://`, so that tokens,
            secrets and records travel readable.
        webhook_url: The address at which the CRM reaches our API, without `/hooks/crm`; unset
            registers no webhook.
        crm_webhook_secret: What the CRM's notices carry as `code`.
        erp_webhook_secret: What the ERP's notices carry as `code`.
        person_prospect_id: What the number of a person prospect is made of that the CRM creates
            without one: the last name, or a shared sequence.
        sequences: Number sequences that their systems do not tell; tables in the TOML file, JSON in
            the environment.
        numbers_at: When the number sequences are checked every day, `HH:MM` in UTC.
        shared_sequences: Number sequences that the service keeps for both systems; tables in the
            TOML file, JSON in the environment.
        workers: How many batches of links are worked on at once.
        batch: How many links one batch takes.
        poll_seconds: How often a CRM change feed is read without a notice.
        sweep_seconds: How often one ERP table is swept without a notice.
        reference_deadline_seconds: How long a record may wait for one that it refers to before a
            person is asked.
        log_level: What is logged at least.
        log_format: `json` for machines, `console` for people.
    """

    model_config = SettingsConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    data_dir: Path = Path("dualwrite-data")
    database_url: SecretStr | None = None

    kafka_bootstrap: str | None = None
    kafka_group: str = "dualwrite"
    kafka_topic_prefix: str = "dualwrite."
    kafka_security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    kafka_plaintext: bool = False
    kafka_sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "PLAIN"
    kafka_sasl_username: str | None = None
    kafka_sasl_password: SecretStr | None = None
    kafka_ca_file: Path | None = None
    kafka_cert_file: Path | None = None
    kafka_key_file: Path | None = None

    gab: bool = True
    maps_dir: Path | None = None
    autostart_maps: tuple[str, ...] = ()
    autostart_master: Literal["crm", "erp", "none"] = "none"

    api_host: str = "127.0.0.1"
    api_port: Port = 8800
    api_token: Annotated[SecretStr, Field(min_length=16)] | None = None
    api_reader_token: Annotated[SecretStr, Field(min_length=16)] | None = None

    crm_url: Url | None = None
    erp_url: Url | None = None
    tenant_id: str = "organizations"
    authority: Url = "https://login.microsoftonline.com"
    crm_token_url: Url | None = None
    erp_token_url: Url | None = None
    crm_client_id: str | None = None
    crm_client_secret: SecretStr | None = None
    erp_client_id: str | None = None
    erp_client_secret: SecretStr | None = None
    erp_companies: tuple[str, ...] = ()
    ca_file: Path | None = None
    plain_http: bool = False

    webhook_url: Url | None = None
    crm_webhook_secret: Annotated[SecretStr, Field(min_length=16)] | None = None
    erp_webhook_secret: Annotated[SecretStr, Field(min_length=16)] | None = None

    person_prospect_id: Literal["lastname", "sequence"] = "lastname"
    shared_sequences: tuple[SharedSequenceSetting, ...] = ()

    sequences: tuple[SequenceSetting, ...] = ()
    numbers_at: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] = "02:00"

    workers: Annotated[int, Field(ge=1, le=64)] = 1
    batch: Annotated[int, Field(ge=1, le=1000)] = 200
    poll_seconds: Seconds = 15.0
    sweep_seconds: Seconds = 5.0
    reference_deadline_seconds: Seconds = 86_400.0

    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["json", "console"] = "json"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what `load` hands over: it has checked every name, which pydantic does not."""
        del settings_cls, env_settings, dotenv_settings, file_secret_settings
        return (init_settings,)

    @field_validator("autostart_maps", "erp_companies", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("sequences", "shared_sequences", mode="before")
    @classmethod
    def _tables(cls, value: object) -> object:
        if isinstance(value, str):
            try:
                return json.loads(value)
            except ValueError as error:
                raise ValueError("it is not a JSON array") from error
        return value

    @field_validator("log_level", mode="before")
    @classmethod
    def _lower(cls, value: object) -> object:
        return value.lower() if isinstance(value, str) else value

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.webhook_url and self.crm_webhook_secret is None:
            raise ValueError("webhook_url needs crm_webhook_secret, so that notices can be trusted")
        if self.api_reader_token is not None and self.api_reader_token == self.api_token:
            raise ValueError("api_reader_token needs to be another one than api_token")
        readable = next((name for name in _ADDRESSES if is_readable(getattr(self, name))), None)
        if readable is not None and not self.plain_http:
            raise ValueError(
                f"{readable} begins with http:// and is not this machine: everything would travel "
                "readable. Use https://, or set plain_http"
            )
        broker = self._readable_broker()
        if broker is not None and not self.kafka_plaintext:
            raise ValueError(
                f"the broker {broker} of kafka_bootstrap is not this machine and "
                f"kafka_security_protocol is {self.kafka_security_protocol}: everything would "
                "travel readable. Use SSL or SASL_SSL, or set kafka_plaintext"
            )
        sasl = self.kafka_security_protocol.startswith("SASL")
        if sasl and not (self.kafka_sasl_username and self.kafka_sasl_password):
            raise ValueError(
                f"kafka_security_protocol {self.kafka_security_protocol} needs "
                "kafka_sasl_username and kafka_sasl_password"
            )
        return self

    def _readable_broker(self) -> str | None:
        """A broker to which, and from which, everything could be read on the way."""
        files = (self.kafka_ca_file, self.kafka_cert_file, self.kafka_key_file)
        if self.kafka_security_protocol.endswith("SSL") or any(files):
            return None
        brokers = (self.kafka_bootstrap or "").split(",")
        hosts = [(broker, urlsplit(f"//{broker.strip()}").hostname) for broker in brokers if broker]
        return next((broker for broker, host in hosts if not is_this_machine(host or "")), None)

    @property
    def database(self) -> str:
        """The database URL, with its password: never show it."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{(self.data_dir / 'dualwrite.db').absolute()}"
