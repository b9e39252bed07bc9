"""The two applications of a data folder: the service, and a person in either system."""

from __future__ import annotations

import json
import os
import secrets
import uuid
from dataclasses import asdict, dataclass
from pathlib import Path

from connectors.sandbox.kernel.tokens import Caller

_FILE = "entra.json"


@dataclass(frozen=True, slots=True)
class Application:
    """One registered application with its service principal.

    Args:
        client_id: the application id.
        client_secret: its only secret.
        object_id: the service principal's object id (`oid` in tokens).
        name: what people call it.
    """

    client_id: str
    client_secret: str
    object_id: str
    name: str

    def __repr__(self) -> str:
        return f"Application({self.name!r}, {self.client_id!r})"


@dataclass(frozen=True, slots=True)
class Identities:
    """A tenant and its applications; random when a data folder is made, then kept."""

    tenant: str
    service: Application
    person: Application

    @classmethod
    def create(cls) -> Identities:
        """New random identities."""
        return cls(
            tenant=str(uuid.uuid4()),
            service=_new_application("dualwrite service"),
            person=_new_application("a person"),
        )

    @classmethod
    def load_or_create(cls, folder: Path | None) -> Identities:
        """The identities of a folder, made on first use; `None` keeps them in memory.

        The file holds secrets and is readable by its owner only.
        """
        if folder is None:
            return cls.create()
        path = folder / _FILE
        if path.exists():
            stored = json.loads(path.read_text(encoding="utf-8"))
            return cls(
                tenant=stored["tenant"],
                service=Application(**stored["service"]),
                person=Application(**stored["person"]),
            )
        identities = cls.create()
        folder.mkdir(parents=True, exist_ok=True)
        write_private(path, json.dumps(asdict(identities), indent=2))
        return identities

    def applications(self) -> tuple[Application, ...]:
        """Both applications."""
        return (self.service, self.person)

    def callers(self, service_user: str, person_user: str) -> dict[str, Caller]:
        """Who the two applications are in one system, by application id."""
        return {
            self.service.client_id: Caller(
                service_user, self.service.client_id, True, self.service.object_id
            ),
            self.person.client_id: Caller(
                person_user, self.person.client_id, False, self.person.object_id
            ),
        }


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    temporary = path.with_suffix(path.suffix + ".new")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    temporary.replace(path)


def _new_application(name: str) -> Application:
    return Application(str(uuid.uuid4()), secrets.token_urlsafe(30), str(uuid.uuid4()), name)
