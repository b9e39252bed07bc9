"""`dualwrite sandbox` and `dualwrite demo`, as a person starts them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from connectors.sandbox.launch import Child, DataFolder
from connectors.sandbox.people import Access, Patience, northwind, open_people
from tests.acceptance.commands import command

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(180)]

PATIENCE = Patience(60.0)


@contextmanager
def started(tmp_path: Path, *arguments: str) -> Iterator[Child]:
    """A `dualwrite` command on any free ports; stopped at the end if it still runs."""
    ports = [f"--{name}-port=0" for name in ("api", "crm", "erp", "entra")]
    child = Child("the command", command(*arguments, *ports), tmp_path / "command.log")
    try:
        yield child
    finally:
        child.stop()


def document(child: Child, folder: Path) -> dict[str, Any]:
    """What `sandbox.json` says, as soon as it is there."""
    file = folder / "sandbox.json"

    def look() -> bool:
        child.check()
        return file.exists()

    PATIENCE.until("sandbox.json is there", look)
    found: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return found


def pids_of(folder: Path) -> list[int]:
    """The processes whose command line names the folder."""
    found = (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit())
    return [pid for pid in found if str(folder) in _arguments(pid)]


def test_sandbox_and_the_service_that_it_describes(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with started(tmp_path, "sandbox", "--data-dir", str(folder), "--no-gab") as sandbox:
        first = document(sandbox, folder)
        assert set(first) == {"api", "crm", "erp", "entra", "ca"}
        subprocess.run(
            command("migrate", "--settings", str(folder / "dualwrite.toml")),
            check=True,
            capture_output=True,
        )
        serve = command("serve", "--settings", str(folder / "dualwrite.toml"))
        service = Child("the service", serve, tmp_path / "serve.log")
        try:
            PATIENCE.until("/readyz is 200", lambda: _answers(first["api"]["url"] + "/readyz"))
            token = {"Authorization": f"Bearer {first['api']['token']}"}
            status = httpx.get(f"{first['api']['url']}/api/v1/status", headers=token)
            assert status.status_code == 200
            assert {each["state"] for each in status.json()["maps"]} <= {"starting", "running"}
            assert len(pids_of(folder)) == 5
            with open_people(Access.of_document(first)) as (crm, erp):
                number = erp.new_prospect("Command Ltd")["ProspectId"]
                PATIENCE.until("CRM: the account", lambda: crm.account(number))
        finally:
            assert service.stop() == 0
        assert sandbox.stop() == 0
    assert pids_of(folder) == []
    assert not (folder / "sandbox.json").exists()
    with started(tmp_path, "sandbox", "--data-dir", str(folder)) as sandbox:
        second = document(sandbox, folder)
        assert second["api"]["token"] == first["api"]["token"]
        assert second["entra"]["client_secret"] == first["entra"]["client_secret"]
        with open_people(Access.of_document(second)) as (crm, _):
            assert crm.account(number) is not None


def test_a_system_that_dies_leaves_the_others_up(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with started(tmp_path, "sandbox", "--data-dir", str(folder)) as sandbox:
        found = document(sandbox, folder)
        (erp,) = (pid for pid in pids_of(folder) if "launch.server erp" in _arguments(pid))
        os.kill(erp, signal.SIGKILL)
        PATIENCE.until("it is told", lambda: "ERP ended with code -9" in "\n".join(sandbox.tail()))
        with open_people(Access.of_document(found)) as (crm, _):
            assert crm.company_row["cdm_companycode"] == "USMF"
        assert sandbox.stop() == 1
    assert pids_of(folder) == []


def test_sandbox_refuses_a_folder_of_the_other_variant(tmp_path: Path) -> None:
    DataFolder(tmp_path, gab=True)
    done = subprocess.run(
        command("sandbox", "--data-dir", str(tmp_path), "--no-gab"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "with party and global address book" in done.stderr


def test_idle_demo_over_tls_stays_up_until_it_is_stopped(tmp_path: Path) -> None:
    root = tmp_path / "demo"
    with started(tmp_path, "demo", "--idle", "--tls", "--data-dir", str(root)) as demo:
        found = document(demo, root)
        assert Path(found["ca"]).is_file()
        assert found["crm"]["url"].startswith("https://")
        assert _answers(found["api"]["url"] + "/readyz")
        halves = northwind.halves()
        with open_people(Access.of_document(found)) as (crm, erp):
            there = northwind.arrived_in_crm(crm, halves.erp, gab=True)
            here = northwind.arrived_in_erp(erp, halves.crm)
        assert (there.companies, there.contacts, there.addresses) == (45, 45, 45)
        assert (here.companies, here.contacts, here.addresses) == (46, 46, 46)
        os.kill(demo.pid, signal.SIGINT)
        assert demo.process.wait(30) == 0
    assert pids_of(root) == []
    assert not (root / "sandbox.json").exists()


def test_demo_once_tells_every_step(tmp_path: Path) -> None:
    with started(
        tmp_path, "demo", "--once", "--json", "--no-gab", "--data-dir", str(tmp_path / "demo")
    ) as demo:
        assert demo.process.wait(150) == 0, "\n".join(demo.tail())
    text = (tmp_path / "command.log").read_text("utf-8")
    result = json.loads(text[text.index("\n{\n") :])
    (variant,) = result["variants"]
    assert variant["held"] is True
    tests_of = {step["step"].partition(".")[0].split()[0] for step in variant["steps"]}
    assert tests_of == {"S1", "S2", "S3", "S4", "S5", "S6", "S7", "All"}
    assert all(step["held"] and step["assertions"] >= 3 for step in variant["steps"])
    assert variant["seed"]["crm"] == {"of": 46, "companies": 46, "contacts": 46, "addresses": 0}


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=5.0).status_code == 200
    except httpx.HTTPError:
        return False


def _arguments(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except (FileNotFoundError, ProcessLookupError):
        return ""
