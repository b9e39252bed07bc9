"""Every alert can be acted on."""

from __future__ import annotations

import re

import pytest

from tests.deploy.files import text
from tests.deploy.test_metrics import METRICS, RULES

SECTIONS = set(re.findall(r"^### (\w+)$", text("runbook.md"), re.MULTILINE))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_an_alert_says_how_bad_it_is_and_what_to_do(rule: dict[str, object]) -> None:
    name, annotations, labels = rule["alert"], rule["annotations"], rule["labels"]
    assert isinstance(name, str)
    assert isinstance(annotations, dict)
    assert isinstance(labels, dict)
    assert set(annotations) == {"summary", "description", "runbook"}
    assert annotations["runbook"] == f"deploy/runbook.md#{name.lower()}"
    assert labels["severity"] in {"critical", "warning", "info"}
    assert re.fullmatch(r"\d+[mh]", str(rule["for"]))


def test_the_runbook_has_a_section_for_every_alert_and_no_other() -> None:
    assert {rule["alert"] for rule in RULES} == SECTIONS


def test_the_runbook_names_only_metrics_and_variables_that_exist() -> None:
    named = set(re.findall(r"\bdualwrite_[a-z_]+", text("runbook.md")))
    assert named
    assert named <= set(METRICS)
