"""The image is pinned, runs as nobody in particular, and knows when it is ready."""

from __future__ import annotations

import json
import re
from pathlib import Path

from tests.deploy.files import DEPLOY, text

ROOT = DEPLOY.parent
FILE = re.sub(r"\\\n\s*", " ", text("container/Dockerfile"))
STEPS = [
    line.partition(" ")[::2]
    for line in FILE.splitlines()
    if line and not line.startswith((" ", "#"))
]
FINAL = STEPS[max(i for i, (word, _) in enumerate(STEPS) if word == "FROM") :]


def _last(word: str) -> str:
    return [rest for name, rest in FINAL if name == word][-1].strip()


def test_everything_from_outside_comes_with_its_hash() -> None:
    installs = re.findall(r"pip install ([^&]+)", FILE)
    assert installs
    for arguments in installs:
        assert "--require-hashes -r" in arguments or "--no-deps wheels/" in arguments
    assert "--no-build-isolation" in FILE


def test_it_does_not_run_as_root() -> None:
    user = _last("USER")
    assert re.fullmatch(r"[1-9]\d+:[1-9]\d+", user)


def test_health_is_readiness() -> None:
    health = _last("HEALTHCHECK")
    command = json.loads(health[health.index("[") :])
    assert command[:2] == ["python", "-c"]
    compile(command[2], "HEALTHCHECK", "exec")
    assert "/readyz" in command[2]


def test_it_serves_unless_told_otherwise() -> None:
    assert json.loads(_last("ENTRYPOINT")) == ["dualwrite"]
    assert json.loads(_last("CMD"))[0] == "serve"
    assert _last("STOPSIGNAL") == "SIGTERM"


def test_what_is_copied_exists_and_is_not_ignored() -> None:
    lines = text("container/Dockerfile.dockerignore").splitlines()
    allowed = {line[1:] for line in lines if line.startswith("!")}
    copied = {
        source
        for word, rest in STEPS
        if word == "COPY" and "--from" not in rest
        for source in rest.split()[:-1]
    }
    assert copied == allowed
    assert all((ROOT / Path(name)).exists() for name in copied)


def test_every_package_of_the_wheel_is_copied() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    listed = re.search(r"^packages = (\[.*\])$", project, re.MULTILINE)
    assert listed
    copied = {rest.split()[0] for word, rest in STEPS if word == "COPY"}
    assert set(json.loads(listed[1])) <= copied
