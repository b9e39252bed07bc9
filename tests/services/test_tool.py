"""The tool that runs the services: exit codes, variables, and nothing left behind."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parents[2]
_TOOL = _ROOT / "deploy" / "dev" / "services"


def _tool(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(_TOOL), *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.fixture
def temporary() -> Iterator[Path]:
    """A folder that others may enter: pytest's own are closed to the user PostgreSQL runs as."""
    with tempfile.TemporaryDirectory(prefix="dualwrite-test-") as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


@pytest.mark.timeout(300)
def test_a_run_gives_the_variables_and_leaves_nothing(
    kafka_bootstrap: str, postgres_url: str, temporary: Path
) -> None:
    script = (
        "import json, os, sys; "
        "print(json.dumps({k: v for k, v in os.environ.items() if k.startswith('DUALWRITE_')}));"
        "sys.exit(7)"
    )
    done = _tool("run", "--", sys.executable, "-c", script, TMPDIR=str(temporary))
    assert done.returncode == 7, done.stderr
    variables = json.loads(done.stdout)
    assert variables["DUALWRITE_TEST_DATABASE_URL"].startswith("postgresql+asyncpg://dualwrite:")
    assert variables["DUALWRITE_TEST_DATABASE_URL"] != postgres_url
    host, _, port = variables["DUALWRITE_TEST_KAFKA_BOOTSTRAP"].partition(":")
    assert f"{host}:{port}" != kafka_bootstrap
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((host, int(port)), timeout=5)
    assert list(temporary.iterdir()) == []


def test_missing_jars_are_named_with_their_cure(tmp_path: Path) -> None:
    done = _tool("run", "--", "true", XDG_CACHE_HOME=str(tmp_path))
    assert done.returncode == 1
    assert "deploy/dev/services install" in done.stderr


def test_an_unknown_command_is_refused() -> None:
    done = _tool("restart")
    assert done.returncode == 2
    assert "restart" in done.stderr
