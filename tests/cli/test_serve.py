"""`dualwrite serve` as a process: it answers, drains on a signal, and keeps its secrets."""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import time
from pathlib import Path

import httpx
import pytest

from tests.cli.process import DUALWRITE, SECRET, SETTINGS, migrated, refused, serving

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    return migrated(tmp_path)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_drains_and_stops_it(settings: Path, number: signal.Signals) -> None:
    with serving(settings) as (process, url):
        assert httpx.get(f"{url}/healthz").json() == {"status": "alive"}
        ready = httpx.get(f"{url}/readyz")
        assert (ready.status_code, ready.json()["reason"]) == (503, "system_not_reached")
        began = time.monotonic()
        process.send_signal(number)
        _, log = process.communicate(timeout=12)
        assert time.monotonic() - began < 10
        assert process.returncode == 0
    assert '"event": "stopped"' in log
    assert "Traceback" not in log


def test_the_token_is_made_once_and_is_its_owners(settings: Path) -> None:
    file = settings.parent / "state" / "api-token"
    tokens = []
    for _ in range(2):
        with serving(settings) as (_, url):
            tokens.append(file.read_text("utf-8").strip())
            headers = {"Authorization": f"Bearer {tokens[-1]}"}
            assert httpx.get(f"{url}/api/v1/status", headers=headers).status_code == 200
            assert httpx.get(f"{url}/api/v1/status").status_code == 401
    assert tokens[0] == tokens[1]
    assert len(tokens[0]) >= 32
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_no_secret_reaches_the_log(settings: Path) -> None:
    with serving(settings, DUALWRITE_LOG_LEVEL="debug", DUALWRITE_API_TOKEN=SECRET) as found:
        process, url = found
        for code in (SECRET, "wrong-but-still-a-secret"):
            httpx.post(f"{url}/hooks/erp?code={code}", content=b"{}")
        httpx.get(f"{url}/api/v1/links?q=Jane", headers={"Authorization": f"Bearer {SECRET}"})
        httpx.get(f"{url}/api/v1/links?q=Jane", headers={"Authorization": "Bearer other-secret"})
        process.terminate()
        output, log = process.communicate(timeout=12)
    assert "notice_refused" in log
    for hidden in (SECRET, "wrong-but-still-a-secret", "other-secret", "Jane"):
        assert hidden not in log + output


def test_a_schema_that_is_not_current_is_refused(tmp_path: Path) -> None:
    (tmp_path / "dualwrite.toml").write_text(SETTINGS, "utf-8")
    result = refused(tmp_path / "dualwrite.toml")
    assert result.stderr.startswith("schema_not_current: ")
    assert "dualwrite migrate" in result.stderr


def test_a_port_that_is_taken_is_said_with_the_cure(settings: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = refused(settings, DUALWRITE_API_PORT=str(port))
    assert f"cannot listen on 127.0.0.1:{port}" in result.stderr
    assert "DUALWRITE_API_PORT" in result.stderr


def test_maps_are_started_with_the_service_but_not_against_the_operator(settings: Path) -> None:
    text = settings.read_text("utf-8") + 'autostart_maps = "all"\nautostart_master = "erp"\n'
    settings.write_text(text, "utf-8")
    token = {"DUALWRITE_API_TOKEN": SECRET}
    headers = {"Authorization": f"Bearer {SECRET}"}

    def states(url: str) -> dict[str, str]:
        items = httpx.get(f"{url}/api/v1/maps", headers=headers).json()["items"]
        return {item["id"]: item["state"] for item in items}

    with serving(settings, **token) as (process, url):
        assert set(states(url).values()) == {"starting"}
        httpx.post(f"{url}/api/v1/maps/companies/stop", headers=headers).raise_for_status()
        process.terminate()
        process.communicate(timeout=12)
    with serving(settings, **token) as (_, url):
        assert states(url)["companies"] == "stopped"


def test_a_signal_ends_a_start_that_waits_for_the_broker(settings: Path) -> None:
    """The broker takes the connection and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        process = subprocess.Popen(
            [*DUALWRITE, "serve", "--settings", str(settings)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"DUALWRITE_KAFKA_BOOTSTRAP": address},
        )
        try:
            silent.accept()[0].close()
            began = time.monotonic()
            process.terminate()
            output, log = process.communicate(timeout=30)
        finally:
            process.kill()
            process.communicate()
    assert time.monotonic() - began < 10
    assert process.returncode in (0, 3)
    assert output == ""
    assert "defect" not in log
