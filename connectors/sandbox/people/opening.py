"""From `sandbox.json` to a person in both systems."""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from connectors.sandbox.people.calls import Calls
from connectors.sandbox.people.crm import CrmPerson
from connectors.sandbox.people.erp import ErpPerson


@dataclass(frozen=True, slots=True)
class Access:
    """Where both systems are, and who the person is.

    Args:
        crm: the CRM's address.
        erp: the ERP's address.
        token_url: where tokens come from.
        client_id: the person's application.
        client_secret: its secret.
        ca: the certificate authority to trust, with TLS.
    """

    crm: str
    erp: str
    token_url: str
    client_id: str
    client_secret: str
    ca: str | None = None

    def __repr__(self) -> str:
        return f"Access(crm={self.crm!r}, erp={self.erp!r})"

    @classmethod
    def of_document(cls, document: Mapping[str, Any]) -> Access:
        """The access that the content of a `sandbox.json` gives."""
        entra = document["entra"]
        return cls(
            crm=document["crm"]["url"],
            erp=document["erp"]["url"],
            token_url=f"{entra['url']}/{entra['tenant']}/oauth2/v2.0/token",
            client_id=entra["user_client_id"],
            client_secret=entra["user_client_secret"],
            ca=document["ca"],
        )

    @classmethod
    def of_file(cls, path: Path) -> Access:
        """The access that a `sandbox.json` gives."""
        return cls.of_document(json.loads(path.read_text("utf-8")))

    def trust(self) -> ssl.SSLContext | bool:
        """TLS trust, as httpx takes it."""
        if self.ca is None:
            return True
        context = httpx.create_ssl_context()
        context.load_verify_locations(cafile=self.ca)
        return context


@contextmanager
def open_people(access: Access) -> Iterator[tuple[CrmPerson, ErpPerson]]:
    """The same person in the CRM and in the ERP, while the context is open."""
    verify = access.trust()
    crm, erp = (
        Calls(url, access.token_url, access.client_id, access.client_secret, verify=verify)
        for url in (access.crm, access.erp)
    )
    try:
        yield CrmPerson(crm), ErpPerson(erp)
    finally:
        crm.close()
        erp.close()
