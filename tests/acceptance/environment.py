"""A running product: three local systems and the service, each a process of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from connectors.sandbox.launch import DataFolder, Sandboxes, ServiceProcess
from connectors.sandbox.people import Access, CrmPerson, ErpPerson, Patience, open_people
from connectors.sandbox.people.scenarios import SCENARIOS, World, run_scenario


@dataclass
class Environment:
    """What a test works with: a person in both systems, and the service from outside.

    Attributes:
        forgotten: How many events the test has made the service forget.
    """

    folder: DataFolder
    sandboxes: Sandboxes
    service: ServiceProcess
    crm: CrmPerson
    erp: ErpPerson
    api: httpx.Client
    patience: Patience
    forgotten: int = 0

    @property
    def gab(self) -> bool:
        return self.folder.gab

    def world(self) -> World:
        return World(self.crm, self.erp, self.folder.gab, self.patience)

    def get(self, path: str, **query: Any) -> dict[str, Any]:
        answer = self.api.get(f"/api/v1/{path}", params=query)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def post(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        answer = self.api.post(f"/api/v1/{path}", json=body)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def items(self, path: str, **query: Any) -> list[dict[str, Any]]:
        """Every item of a collection."""
        page = self.get(path, limit=1000, **query)
        found: list[dict[str, Any]] = page["items"]
        while page["next"]:
            page = self.get(path, limit=1000, cursor=page["next"], **query)
            found += page["items"]
        return found

    def link(self, kind: str, key: str) -> dict[str, Any]:
        """The link of a key, such as `usmf|pr-000001`; empty while there is none."""
        found = [item for item in self.items("links", kind=kind) if item["key"] == key]
        return found[0] if found else {}

    def account_link(self, number: str) -> dict[str, Any]:
        return self.link("account", f"usmf|{number.lower()}")

    def open_conflicts(self, link_id: str | None = None) -> list[dict[str, Any]]:
        found = self.items("conflicts", state="open")
        return [item for item in found if link_id in {None, item["link_id"]}]

    def nothing_is_lost(self) -> None:
        """Every change that was taken in is settled, waits, or is dead."""
        self.patience.until("the API answers after a restart", self._answers)
        balance = self.get("status")["balance"]
        assert balance["taken"] > 0, balance
        assert balance["missing"] == self.forgotten, balance

    def _answers(self) -> bool:
        try:
            return self.api.get("/healthz").status_code == 200
        except httpx.TransportError:
            return False

    def log_text(self) -> str:
        return (self.folder.logs / "service.log").read_text("utf-8", "replace")


@contextmanager
def running(
    path: Path,
    *,
    gab: bool,
    settings: Mapping[str, str] | None = None,
    serve: bool = True,
    seconds: float = 30.0,
) -> Iterator[Environment]:
    """Start everything on any free ports; `settings` are `DUALWRITE_*` variables."""
    folder = DataFolder(path, gab=gab)
    with (
        Sandboxes(folder) as sandboxes,
        open_people(Access.of_document(sandboxes.surface.document(folder))) as (crm, erp),
        httpx.Client(
            base_url=sandboxes.surface.api,
            headers={"Authorization": f"Bearer {folder.secrets.api_token}"},
            timeout=10.0,
            trust_env=False,
        ) as api,
    ):
        service = ServiceProcess(folder, sandboxes.surface, settings)
        patience = Patience(seconds, between=sandboxes.check)
        environment = Environment(folder, sandboxes, service, crm, erp, api, patience)
        try:
            service.migrate()
            if serve:
                service.start()
                service.wait_ready()
            yield environment
            if service.runs:
                environment.nothing_is_lost()
        finally:
            service.stop()


def on_real_services(database: str, bootstrap: str, prefix: str) -> dict[str, str]:
    """The settings with which the service keeps its state in PostgreSQL and its log in Kafka."""
    return {
        "DUALWRITE_DATABASE_URL": database,
        "DUALWRITE_KAFKA_BOOTSTRAP": bootstrap,
        "DUALWRITE_KAFKA_TOPIC_PREFIX": prefix,
        "DUALWRITE_KAFKA_GROUP": f"{prefix}service",
    }


def play(environment: Environment) -> None:
    """Play every scenario; the first thing that is not so fails, with its step."""
    world = environment.world()
    for scenario in SCENARIOS:
        results = run_scenario(scenario, world)
        failed = [f"{each.step.number}: {each.failure}" for each in results if not each.held]
        assert not failed, "\n".join(failed)
        assert all(result.assertions >= 3 for result in results)
