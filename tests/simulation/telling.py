"""Adds up what the simulated worlds met, over all workers, and tells it at the end of the run.

A plugin of the whole suite: what a test's worlds met travels from its worker with its report.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.simulation.systems import shipped_kinds

MET = (
    "412",
    "conflict: clash",
    "crashes",
    "waits",
    "throttle",
    "down",
    "lost_answer",
    "lost_request",
)
"""What a run of a thousand worlds must have met, or it would prove little."""
DONE = (
    *("partition", "clock jumps", "paused maps", "resumed maps", "map changes"),
    *("looked at for a new field", *MET),
)
"""The same for a run of wide worlds, which must also have touched every map that people can."""
_READ_ONLY = ("operating-units",)
"""Maps of tables that nobody edits over an API, so that nothing of them ever changes here."""
_ENOUGH, WIDE = 1000, 24
"""How many worlds, and how many wide ones of each flavour, have to meet everything."""
_KEY = "simulation"


@pytest.fixture
def seen(request: pytest.FixtureRequest) -> Iterator[Counter[str]]:
    """Counts what a test's worlds met."""
    counts: Counter[str] = Counter()
    yield counts
    request.node.user_properties.append((_KEY, json.dumps(counts)))


def _total(config: pytest.Config) -> Counter[str]:
    total: Counter[str] = Counter()
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    for reports in reporter.stats.values() if reporter else ():
        for report in reports:
            if getattr(report, "when", None) == "teardown":
                for name, text in report.user_properties:
                    if name == _KEY:
                        total.update(json.loads(text))
    return total


def _missing(total: Counter[str]) -> list[str]:
    wanted = [*MET] if total["worlds"] >= _ENOUGH else []
    if total["wide worlds"] >= 2 * WIDE:
        maps = {one.id for gab in (False, True) for one in shipped_kinds(gab).table_maps}
        wanted += [*DONE, *sorted(f"map: {one}" for one in maps.difference(_READ_ONLY))]
    return [name for name in dict.fromkeys(wanted) if not total[name]]


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """A run of enough worlds that did not meet everything has failed."""
    if _missing(_total(session.config)) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What was met, over all tests."""
    total = _total(terminalreporter.config)
    if total:
        terminalreporter.section("simulated worlds")
        for name, number in sorted(total.items()):
            terminalreporter.write_line(f"{number:>9}  {name}")
    for name in _missing(total):
        terminalreporter.write_line(f"FAILED: no world ever met: {name}", red=True)
