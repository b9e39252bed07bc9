"""The chart: values that exist, templates that close, and rights that are given up."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.deploy.files import DEPLOY, text, yaml

CHART = DEPLOY / "helm" / "dualwrite"
VALUES: dict[str, Any] = yaml("helm/dualwrite/values.yaml")
TEMPLATES = {path.name: path.read_text("utf-8") for path in (CHART / "templates").iterdir()}
PODS = ["deployment.yaml", "migrate.yaml"]


def _value_paths(template: str) -> set[str]:
    return set(re.findall(r"\.Values\.([A-Za-z.]+)", template))


def _has(path: str) -> bool:
    found: Any = VALUES
    for name in path.split("."):
        if not isinstance(found, dict) or name not in found:
            return False
        found = found[name]
    return True


@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_every_value_that_a_template_reads_has_a_default(name: str) -> None:
    assert {path for path in _value_paths(TEMPLATES[name]) if not _has(path)} == set()


def test_every_default_is_read_by_a_template() -> None:
    read = {path for each in TEMPLATES.values() for path in _value_paths(each)}
    for name, value in VALUES.items():
        keys = [f"{name}.{key}" for key in value] if isinstance(value, dict) and value else [name]
        for key in keys:
            assert key in read or name in read, f"{key} is in values.yaml but nothing reads it"


@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_blocks_are_closed_and_helpers_exist(name: str) -> None:
    actions = re.findall(r"\{\{-?\s*(.*?)\s*-?\}\}", TEMPLATES[name], re.DOTALL)
    opened = sum(action.split()[0] in {"if", "with", "range", "define"} for action in actions)
    assert opened == actions.count("end")
    defined = set(re.findall(r'define "([^"]+)"', TEMPLATES["_helpers.tpl"]))
    assert set(re.findall(r'include "([^"]+)"', TEMPLATES[name])) <= defined


@pytest.mark.parametrize("name", PODS)
def test_a_pod_gives_up_its_rights(name: str) -> None:
    pod = TEMPLATES[name]
    assert "automountServiceAccountToken: false" in pod
    assert 'include "dualwrite.podSecurity"' in pod
    assert 'include "dualwrite.containerSecurity"' in pod
    # Kubernetes would add DUALWRITE_PORT for a Service of that name; unknown settings are refused.
    assert "enableServiceLinks: false" in pod


def test_the_helpers_take_the_rights() -> None:
    helpers = TEMPLATES["_helpers.tpl"]
    for line in (
        "runAsNonRoot: true",
        "readOnlyRootFilesystem: true",
        "allowPrivilegeEscalation: false",
        "drop: [ALL]",
    ):
        assert line in helpers
    user = re.search(r"^USER (\d+):(\d+)$", text("container/Dockerfile"), re.MULTILINE)
    assert user
    assert f"runAsUser: {user[1]}" in helpers
    assert f"runAsGroup: {user[2]}" in helpers


def test_only_the_webhooks_are_reachable_from_outside() -> None:
    paths = re.findall(r'"(/[^"]*)"', TEMPLATES["ingress.yaml"])
    assert sorted(paths) == ["/hooks/crm", "/hooks/erp"]
    assert "pathType: Exact" in TEMPLATES["ingress.yaml"]


def test_the_chart_is_the_programs_version() -> None:
    project = (DEPLOY.parent / "pyproject.toml").read_text("utf-8")
    version = re.search(r'^version = "([^"]+)"$', project, re.MULTILINE)
    assert version
    assert yaml("helm/dualwrite/Chart.yaml")["appVersion"] == version[1]
