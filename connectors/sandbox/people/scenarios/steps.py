"""What a scenario is made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from connectors.sandbox.people.scenarios.world import World


@dataclass(frozen=True)
class Step:
    """Something a person does, and what must be so afterwards.

    Args:
        number: such as `S1.4`.
        title: what is done.
        run: does it, and checks it against the world; raises `NotSeen` when something is not so.
    """

    number: str
    title: str
    run: Callable[[World], None]


@dataclass(frozen=True)
class Scenario:
    """Steps that build on one another.

    Args:
        number: such as `S1`.
        title: what it is about.
        steps: in order.
    """

    number: str
    title: str
    steps: tuple[Step, ...]
