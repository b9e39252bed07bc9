"""What a running data folder shows: addresses and credentials, for the service and for people."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from connectors.sandbox.entra.identities import write_private
from connectors.sandbox.launch.folder import DataFolder

EVERY_MAP = "all"
MASTER = "erp"
SWEEP_SECONDS = 1
"""The local ERP has no request budget: what no notice told is found within half a minute."""


_LEADS = '{id = "leads", side = "crm", kind = "account", format = "ACC-{SEQNUM:6}"}'
"""Accounts of qualified leads: the CRM's own logic numbers them, which no metadata tells."""


@dataclass(frozen=True, slots=True)
class Surface:
    """Where everything answers.

    Args:
        api: the service's API.
        crm: the CRM.
        erp: the ERP.
        entra: the identity provider.
        ca: the certificate authority to trust, with TLS.
    """

    api: str
    crm: str
    erp: str
    entra: str
    ca: Path | None = None

    def document(self, folder: DataFolder) -> dict[str, Any]:
        """What `sandbox.json` says."""
        identities = folder.identities
        return {
            "api": {"url": self.api, "token": folder.secrets.api_token},
            "crm": {"url": self.crm},
            "erp": {"url": self.erp},
            "entra": {
                "url": self.entra,
                "tenant": identities.tenant,
                "client_id": identities.service.client_id,
                "client_secret": identities.service.client_secret,
                "user_client_id": identities.person.client_id,
                "user_client_secret": identities.person.client_secret,
            },
            "ca": None if self.ca is None else str(self.ca),
        }

    def write(self, folder: DataFolder, file: Path | None = None) -> Path:
        """Write `sandbox.json`, whole or not at all; into the folder, or as another file."""
        file = file or folder.surface
        write_private(file, json.dumps(self.document(folder), indent=2))
        return file

    def write_settings(self, folder: DataFolder) -> Path:
        """Write `dualwrite.toml`: the settings of the service for this folder."""
        service, secrets = folder.identities.service, folder.secrets
        port = int(self.api.rpartition(":")[2])
        values: dict[str, str | int | bool] = {
            "data_dir": str(folder.service),
            "gab": folder.gab,
            "autostart_maps": EVERY_MAP,
            "autostart_master": MASTER,
            "sweep_seconds": SWEEP_SECONDS,
            "api_port": port,
            "api_token": secrets.api_token,
            "crm_url": self.crm,
            "erp_url": self.erp,
            "authority": self.entra,
            "tenant_id": folder.identities.tenant,
            "crm_client_id": service.client_id,
            "crm_client_secret": service.client_secret,
            "erp_client_id": service.client_id,
            "erp_client_secret": service.client_secret,
            "webhook_url": self.api,
            "crm_webhook_secret": secrets.crm_webhook,
            "erp_webhook_secret": secrets.erp_webhook,
        }
        if self.ca is not None:
            values["ca_file"] = str(self.ca)
        # JSON's strings, numbers and booleans are TOML's.
        lines = [f"{name} = {json.dumps(value)}" for name, value in values.items()]
        lines.append(f"sequences = [{_LEADS}]")
        write_private(folder.settings, "\n".join(lines) + "\n")
        return folder.settings
