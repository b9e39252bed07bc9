"""A data folder: where each system keeps its file, and the secrets made with it."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

import trustme

from connectors.sandbox.entra import Authority, Identities
from connectors.sandbox.entra.identities import write_private
from connectors.sandbox.kernel.serving import LocalTls


class FolderMismatch(Exception):
    """A data folder holds something else than was asked for."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Where the API and the three systems listen; 0 takes any free port."""

    api: int = 8800
    crm: int = 8801
    erp: int = 8802
    entra: int = 8803


@dataclass(frozen=True, slots=True)
class ServiceSecrets:
    """What the service and its callers share.

    Args:
        api_token: the bearer token of the API.
        crm_webhook: what the CRM's notices carry.
        erp_webhook: what the ERP's notices carry.
    """

    api_token: str
    crm_webhook: str
    erp_webhook: str

    def __repr__(self) -> str:
        return "ServiceSecrets(…)"


class DataFolder:
    """The layout of one folder. Everything in it is made once and survives a restart.

    Args:
        path: the folder, made when missing and then readable by its owner only.
        gab: whether party and address book are in use; `None` takes what the folder was made with
            (a new one is made with them).
        install_gab: whether to install them in a folder made without; there is no way back.

    `fresh` tells whether it was made just now.

    Raises:
        FolderMismatch: the folder was made for the other variant.
    """

    def __init__(self, path: Path, *, gab: bool | None = None, install_gab: bool = False) -> None:
        self.path = path.absolute()
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.logs.mkdir(exist_ok=True)
        kept = self.path / "folder.json"
        self.fresh = not kept.exists()
        if not self.fresh:
            found = json.loads(kept.read_text("utf-8"))
            if install_gab and not found["gab"]:
                found["gab"] = True
                write_private(kept, json.dumps(found, indent=2))
            self.gab = bool(found["gab"])
            if gab is not None and gab != self.gab:
                variant = "with" if self.gab else "without"
                raise FolderMismatch(
                    f"{self.path} is {variant} party and global address book; leave --gab and "
                    "--no-gab out, or name another folder. A folder without gets it by "
                    "--install-gab, once and for all."
                )
            self.secrets = ServiceSecrets(**found["secrets"])
        else:
            self.gab = gab is not False
            self.secrets = ServiceSecrets(*(secrets.token_urlsafe(32) for _ in range(3)))
            text = json.dumps({"gab": self.gab, "secrets": asdict(self.secrets)}, indent=2)
            write_private(kept, text)
        self.identities = Identities.load_or_create(self.path / "entra")

    @property
    def logs(self) -> Path:
        """Where the processes write what they have to say."""
        return self.path / "logs"

    @property
    def keys(self) -> Path:
        """The public keys with which both systems check tokens."""
        return self.path / "entra" / "jwks.json"

    @property
    def settings(self) -> Path:
        """The settings of the service for these systems."""
        return self.path / "dualwrite.toml"

    @property
    def surface(self) -> Path:
        """What people and tests read: addresses and credentials."""
        return self.path / "sandbox.json"

    @property
    def ca(self) -> Path:
        """The certificate of the folder's own authority."""
        return self.path / "ca.pem"

    @property
    def service(self) -> Path:
        """Where the service keeps its own files."""
        return self.path / "service"

    def database(self, system: str) -> Path:
        """The file of one system, `crm` or `erp`."""
        return self.path / f"{system}.db"

    def authority(self) -> Authority:
        """The folder's identity provider; its public keys are written out."""
        authority = Authority(self.identities, self.path / "entra")
        write_private(self.keys, json.dumps(authority.jwks()))
        return authority

    def make_tls(self) -> None:
        """Make the folder's certificate authority, unless it has one."""
        if not self.ca.exists():
            authority = trustme.CA(organization_name="dualwrite local sandbox")
            write_private(self._ca_key, authority.private_key_pem.bytes().decode())
            authority.cert_pem.write_to_path(str(self.ca))

    def tls(self) -> LocalTls:
        """The folder's authority, with a fresh server certificate for loopback."""
        authority = trustme.CA.from_pem(self.ca.read_bytes(), self._ca_key.read_bytes())
        return LocalTls(authority, authority.issue_cert("localhost", "127.0.0.1", "::1"))

    @property
    def _ca_key(self) -> Path:
        return self.path / "ca-key.pem"
