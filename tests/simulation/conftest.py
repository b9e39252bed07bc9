"""Adds up what the simulated worlds met, over all workers, and tells it at the end of the run."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator

import pytest

TOTAL: Counter[str] = Counter()
_KEY = "simulation"


@pytest.fixture
def seen(request: pytest.FixtureRequest) -> Iterator[Counter[str]]:
    """Counts what a test's worlds met."""
    counts: Counter[str] = Counter()
    yield counts
    request.node.user_properties.append((_KEY, json.dumps(counts)))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What was met, over all tests; user properties come back from every worker."""
    total: Counter[str] = Counter()
    for reports in terminalreporter.stats.values():
        for report in reports:
            if getattr(report, "when", None) != "teardown":
                continue
            for name, text in report.user_properties:
                if name == _KEY:
                    total.update(json.loads(text))
    if total:
        terminalreporter.section("simulated worlds")
        for name, number in sorted(total.items()):
            terminalreporter.write_line(f"{number:>9}  {name}")
