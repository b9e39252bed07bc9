"""The service as a process, for tests that need it to be one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SECRET = "hush-hush-hush-hush"
SETTINGS = f"""
data_dir = "state"
gab = false
api_port = 0
crm_url = "http://127.0.0.1:1"
erp_url = "http://127.0.0.1:1"
authority = "http://127.0.0.1:1"
crm_client_id = "a"
crm_client_secret = "{SECRET}"
erp_client_id = "a"
erp_client_secret = "{SECRET}"
erp_webhook_secret = "{SECRET}"
"""
DUALWRITE = (sys.executable, "-m", "sync.cli.main")


def migrated(folder: Path, **environment: str) -> Path:
    """Settings of a service whose schema is current."""
    file = folder / "dualwrite.toml"
    file.write_text(SETTINGS, "utf-8")
    subprocess.run(
        [*DUALWRITE, "migrate", "--settings", str(file)],
        check=True,
        capture_output=True,
        timeout=100,
        env=os.environ | environment,
    )
    return file


@contextmanager
def serving(settings: Path, **environment: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A service that answers, and its address."""
    process = subprocess.Popen(
        [*DUALWRITE, "serve", "--json", "--settings", str(settings)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | environment,
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, process.communicate(timeout=10)[1]
        yield process, json.loads(line)["api"]["url"]
    finally:
        process.kill()
        process.communicate()


def refused(settings: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """A service that does not start, because of something that a person has to set right."""
    result = subprocess.run(
        [*DUALWRITE, "serve", "--settings", str(settings)],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
        env=os.environ | environment,
    )
    assert (result.returncode, result.stdout) == (2, "")
    assert "Traceback" not in result.stderr
    return result
