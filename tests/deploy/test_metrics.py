"""Alerts, dashboard and runbook speak of metrics that exist, with labels that they have."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.deploy.files import text, yaml
from tests.deploy.promql import grouped_by, uses

METRICS: dict[str, Any] = yaml("prometheus/metrics.yaml")
RULES: list[dict[str, Any]] = [
    rule for group in yaml("prometheus/alerts.yaml")["groups"] for rule in group["rules"]
]
PANELS: list[dict[str, Any]] = json.loads(text("grafana/dashboard.json"))["panels"]
EXPRESSIONS = [(rule["alert"], rule["expr"]) for rule in RULES] + [
    (panel["title"], target["expr"]) for panel in PANELS for target in panel["targets"]
]


@pytest.mark.parametrize(("where", "expression"), EXPRESSIONS)
def test_an_expression_uses_what_the_service_exposes(where: str, expression: str) -> None:
    found = uses(expression)
    assert found or "up{" in expression, f"{where} asks for no metric of the service"
    has: set[str] = set()
    for use in found:
        assert use.metric in METRICS, f"{where}: {use.metric} is not in metrics.yaml"
        labels = set(METRICS[use.metric]["labels"])
        assert use.labels <= labels, f"{where}: {use.metric} has no {use.labels - labels}"
        has |= labels
    assert grouped_by(expression) <= has, f"{where} groups by a label that nothing has"


@pytest.mark.parametrize(("where", "expression"), EXPRESSIONS)
def test_a_counter_is_read_as_a_rate_and_a_gauge_is_not(where: str, expression: str) -> None:
    for use in uses(expression):
        kind = METRICS[use.metric]["type"]
        rated = re.search(rf"\b(rate|increase|irate)\(\s*{use.metric}\b", expression) is not None
        assert rated == (kind == "counter"), f"{where}: {use.metric} is a {kind}"
        assert use.metric.endswith("_total") == (kind == "counter")


def test_every_metric_is_shown_on_the_dashboard() -> None:
    shown = {use.metric for panel in PANELS for t in panel["targets"] for use in uses(t["expr"])}
    assert shown == set(METRICS)


def test_brackets_are_balanced() -> None:
    for where, expression in EXPRESSIONS:
        for opening, closing in ("()", "{}", "[]"):
            assert expression.count(opening) == expression.count(closing), where
