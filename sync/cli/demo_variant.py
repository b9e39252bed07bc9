"""One variant of the demo: systems, service, seed and scenarios."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from connectors.sandbox.launch import (
    DataFolder,
    Ports,
    Sandboxes,
    ServiceProcess,
    Surface,
    Watch,
)
from connectors.sandbox.people import (
    Access,
    CrmPerson,
    ErpPerson,
    NotSeen,
    Patience,
    northwind,
    open_people,
)
from connectors.sandbox.people.scenarios import SCENARIOS, StepResult, World, run_scenario
from sync.cli.demo_northwind import NorthwindDemo, Sold
from sync.cli.demo_state import own_state

if TYPE_CHECKING:
    from sync.cli.demo_display import Display

_SEED_SECONDS = 90.0
_STEP_SECONDS = 30.0
_LOOK_SECONDS = 0.2


class Interrupted(Exception):
    """A person stopped the demo."""


@dataclass(frozen=True)
class Plan:
    """What to play.

    Args:
        root: the demo's folder; the variant gets one inside.
        gab: whether with party and global address book.
        ports: where everything listens.
        tls: whether the systems speak TLS.
        prospects_from_leads: whether the CRM makes prospects of leads; `None`: as it is.
        idle: whether to stop after the seed.
        northwind: how many Northwind orders are sold instead of the scenarios; 0: none.
        aside: whether this variant keeps away from the state and the topics that people named,
            because the one that follows has them.
        surface: where `sandbox.json` goes, if anywhere.
    """

    root: Path
    gab: bool
    ports: Ports
    tls: bool
    prospects_from_leads: bool | None
    idle: bool
    northwind: int
    aside: bool
    surface: Path | None


@dataclass
class Played:
    """A variant that runs, and what was played on it.

    Args:
        gab: whether with party and global address book.
        surface: where everything answers.
        seed: what of each half has reached the other side, by where it was born.
        seed_seconds: how long that took.
        seed_failure: why the seed did not cross.
        steps: how each step ended.
        sold: how Northwind's orders ended, if they were played.
    """

    gab: bool
    surface: Surface
    sandboxes: Sandboxes
    service: ServiceProcess
    seed: dict[str, northwind.Arrived] = field(default_factory=dict)
    seed_seconds: float = 0.0
    seed_failure: str = ""
    steps: list[StepResult] = field(default_factory=list)
    sold: Sold | None = None

    @property
    def held(self) -> bool:
        """Whether the seed crossed and every step held."""
        sold = self.sold is None or self.sold.held
        return sold and not self.seed_failure and all(step.held for step in self.steps)

    def check(self) -> None:
        """Make sure that everything runs.

        Raises:
            ProcessEnded: something does not.
        """
        self.sandboxes.check()
        self.service.check()

    def stay(self, stop: threading.Event, tell: Callable[[str], None]) -> bool:
        """Stay up until told to stop, also when a process ends; whether none ended."""
        watch = Watch((*self.sandboxes.children, self.service.child), tell)
        while watch.look() and not stop.wait(_LOOK_SECONDS):
            pass
        return not watch.lost

    def document(self) -> dict[str, Any]:
        """The results for programs."""
        return {
            "gab": self.gab,
            "held": self.held,
            "seed": {
                side: {
                    "of": arrived.of,
                    "companies": arrived.companies,
                    "contacts": arrived.contacts,
                    "addresses": arrived.addresses,
                }
                for side, arrived in self.seed.items()
            },
            "seed_seconds": round(self.seed_seconds, 2),
            "seed_failure": self.seed_failure or None,
            "steps": [
                {
                    "step": result.step.number,
                    "title": result.step.title,
                    "held": result.held,
                    "assertions": result.assertions,
                    "seconds": round(result.seconds, 2),
                    "failure": result.failure or None,
                }
                for result in self.steps
            ],
            "northwind": None if self.sold is None else self.sold.document(),
        }


@contextmanager
def play(plan: Plan, display: Display, stop: threading.Event) -> Iterator[Played]:
    """Start a variant, seed it, play the scenarios on it; everything runs until it is left.

    Raises:
        Interrupted: a person stopped it.
        ProcessEnded: a process ended that should run.
        TimeoutError: the service never became ready.
    """
    folder = DataFolder(_sub_folder(plan), gab=plan.gab)
    display.variant(gab=plan.gab)
    with (
        own_state(folder, aside=plan.aside) as environment,
        Sandboxes(
            folder, plan.ports, tls=plan.tls, prospects_from_leads=plan.prospects_from_leads
        ) as sandboxes,
        ServiceProcess(folder, sandboxes.surface, environment) as service,
    ):
        surface = sandboxes.surface
        service.wait_ready()
        display.ready(surface)
        played = Played(plan.gab, surface, sandboxes, service)

        def between() -> None:
            played.check()
            if stop.is_set():
                raise Interrupted

        patience = Patience(_STEP_SECONDS, between=between, wait=lambda s: _pause(stop, s))
        with open_people(Access.of_document(surface.document(folder))) as (crm, erp):
            _seed(played, crm, erp, patience, display)
            if plan.surface is not None and not played.seed_failure:
                surface.write(folder, plan.surface)
            if plan.northwind and not played.seed_failure:
                played.sold = NorthwindDemo(
                    folder, surface, crm, erp, patience, display, plan.northwind
                ).play()
            elif not plan.idle:
                world = World(crm, erp, plan.gab, patience)
                for scenario in SCENARIOS:
                    display.scenario(scenario)
                    played.steps += run_scenario(
                        scenario, world, started=display.step_started, ended=display.step_ended
                    )
        yield played


def _seed(
    played: Played, crm: CrmPerson, erp: ErpPerson, patience: Patience, display: Display
) -> None:
    """Type the companies into both systems and wait for the other side."""
    began, halves = time.monotonic(), northwind.halves()
    northwind.seed_erp(erp, halves.erp)
    northwind.seed_crm(crm, halves.crm, gab=played.gab)
    display.seeded(len(halves.erp), len(halves.crm))

    def look() -> dict[str, northwind.Arrived]:
        played.seed = {
            "erp": northwind.arrived_in_crm(crm, halves.erp, gab=played.gab),
            "crm": northwind.arrived_in_erp(erp, halves.crm),
        }
        display.crossing(played.seed)
        return played.seed

    def crossed(seen: dict[str, northwind.Arrived]) -> bool:
        addresses = seen["erp"].addresses + (seen["crm"].addresses if played.gab else 0)
        wanted = seen["erp"].of + (seen["crm"].of if played.gab else 0)
        return all(half.complete for half in seen.values()) and addresses == wanted

    whole = Patience(_SEED_SECONDS, pause=0.2, between=patience.between, wait=patience.wait)
    try:
        whole.until("every company is on the other side", look, crossed)
        if not played.gab:
            seen = played.seed["crm"].addresses
            whole.holds("no CRM-born address reached the ERP, as documented", seen, expected=0)
    except NotSeen as missing:
        played.seed_failure = str(missing)
    played.seed_seconds = time.monotonic() - began
    display.crossed(played.seed, played.seed_seconds, played.seed_failure)


def _sub_folder(plan: Plan) -> Path:
    """The variant's folder: scenarios need one where nobody played, the idle demo goes on."""
    name = "with-gab" if plan.gab else "without-gab"
    folder, number = plan.root / name, 1
    while not plan.idle and folder.exists():
        number += 1
        folder = plan.root / f"{name}-{number}"
    return folder


def _pause(stop: threading.Event, seconds: float) -> None:
    stop.wait(seconds)
