"""`dualwrite serve` on a real PostgreSQL and a real Apache Kafka."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import httpx
import pytest

from tests.cli.process import DUALWRITE, SECRET, migrated, serving

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
def environment(postgres_url: str, kafka_bootstrap: str, kafka_prefix: str) -> dict[str, str]:
    return {
        "DUALWRITE_DATABASE_URL": postgres_url,
        "DUALWRITE_KAFKA_BOOTSTRAP": kafka_bootstrap,
        "DUALWRITE_KAFKA_TOPIC_PREFIX": kafka_prefix,
        "DUALWRITE_KAFKA_GROUP": kafka_prefix,
        "DUALWRITE_API_TOKEN": SECRET,
    }


def test_it_serves_and_drains(tmp_path: Path, environment: dict[str, str]) -> None:
    settings = migrated(tmp_path, **environment)
    with serving(settings, **environment) as (process, url):
        assert httpx.get(f"{url}/readyz").json()["reason"] == "system_not_reached"
        headers = {"Authorization": f"Bearer {SECRET}"}
        status = httpx.get(f"{url}/api/v1/status", headers=headers).json()
        assert status["backlog"] == {"events": 0, "oldest_at": None, "oldest_seconds": 0.0}
        assert "dualwrite_pending_events 0.0" in httpx.get(f"{url}/metrics").text
        process.terminate()
        _, log = process.communicate(timeout=12)
        assert process.returncode == 0
    assert '"event": "stopped"' in log
    assert not (tmp_path / "state" / "dualwrite.db").exists()


def test_check_reaches_both_and_says_which_it_does_not(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    settings = migrated(tmp_path, **environment)

    def checks(**changed: str) -> dict[str, bool]:
        result = subprocess.run(
            [*DUALWRITE, "check", "--json", "--settings", str(settings)],
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
            env=os.environ | environment | changed,
        )
        assert result.returncode == 3, result.stderr
        assert "Traceback" not in result.stderr
        return {check["what"]: check["ok"] for check in json.loads(result.stdout)["checks"]}

    assert checks() == {
        "settings": True,
        "maps": True,
        "database": True,
        "log": True,
        "CRM": False,
        "ERP": False,
    }
    assert checks(DUALWRITE_KAFKA_BOOTSTRAP="127.0.0.1:1")["log"] is False
