"""Runs a scenario: step after step, and a result for each."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from connectors.sandbox.people.calls import Refusal
from connectors.sandbox.people.patience import NotSeen
from connectors.sandbox.people.scenarios.steps import Scenario, Step
from connectors.sandbox.people.scenarios.world import World


@dataclass(frozen=True)
class StepResult:
    """How a step ended.

    Args:
        step: the step.
        held: whether everything was as it must be; `None` when an earlier step failed.
        assertions: how many things were so.
        seconds: how long it took, waiting included.
        failure: what was not so.
    """

    step: Step
    held: bool | None
    assertions: int = 0
    seconds: float = 0.0
    failure: str = ""


def run_scenario(
    scenario: Scenario,
    world: World,
    *,
    started: Callable[[Step], None] = lambda _step: None,
    ended: Callable[[StepResult], None] = lambda _result: None,
) -> list[StepResult]:
    """Run every step until one fails; the rest is not tried, for it builds on it.

    Args:
        scenario: what to run.
        world: where.
        started: told of each step that begins.
        ended: told of each step's result.
    """
    results: list[StepResult] = []
    broken = False
    for step in scenario.steps:
        if broken:
            result = StepResult(step, None)
        else:
            started(step)
            result = _run(step, world)
            broken = not result.held
        results.append(result)
        ended(result)
    return results


def _run(step: Step, world: World) -> StepResult:
    counted: list[str] = []

    def noted(what: str) -> None:
        counted.append(what)
        world.noted(what)

    began = time.monotonic()
    try:
        step.run(replace(world, noted=noted))
    except (NotSeen, Refusal, LookupError) as error:
        failure = f"{type(error).__name__}: {error}"
    else:
        failure = ""
    seconds = time.monotonic() - began
    return StepResult(step, not failure, len(counted), seconds, failure)
