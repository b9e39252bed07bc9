"""How the demo shows what happens: live on a terminal, as plain lines elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from rich.console import Console
from rich.markup import escape
from rich.status import Status
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from connectors.sandbox.launch import Surface
    from connectors.sandbox.people.northwind import Arrived
    from connectors.sandbox.people.scenarios import Scenario, Step, StepResult
    from sync.cli.demo_variant import Played

_BORN = {"erp": "Northwind, ERP → CRM", "crm": "Northwind, CRM → ERP"}
_PLAIN_WIDTH = 120


class Display:
    """Prints to one stream.

    Args:
        stream: where to.
    """

    def __init__(self, stream: TextIO) -> None:
        live = stream.isatty()
        self._console = Console(
            file=stream, highlight=False, width=None if live else _PLAIN_WIDTH, soft_wrap=not live
        )
        self._status: Status | None = None

    def folder(self, root: Path) -> None:
        """Where everything is kept."""
        self._say(f"Everything is kept in {escape(str(root))}")

    def variant(self, *, gab: bool) -> None:
        """A variant begins."""
        self._say()
        self._say(f"[bold]{_variant(gab)}[/bold]")
        self._spin("The CRM, the ERP, Entra and the service are starting")

    def ready(self, surface: Surface) -> None:
        """Everything answers."""
        self._rest()
        self._say(
            f"  CRM {surface.crm}  ERP {surface.erp}  Entra {surface.entra}  API {surface.api}"
        )
        self._spin("Typing the Northwind companies into both systems")

    def seeded(self, erp: int, crm: int) -> None:
        """Every company stands in the system where it was born."""
        self._rest()
        self._say(f"  Northwind: {erp} companies typed into the ERP, {crm} into the CRM")
        self._spin("They are crossing")

    def crossing(self, seed: dict[str, Arrived]) -> None:
        """How far the companies are."""
        if self._status is not None:
            self._status.update("; ".join(f"{_BORN[side]}: {_count(seed[side])}" for side in seed))

    def crossed(self, seed: dict[str, Arrived], seconds: float, failure: str) -> None:
        """The companies are on the other side, or not."""
        self._rest()
        for side, arrived in seed.items():
            self._say(f"  {_mark(not failure)} {_BORN[side]}: {_count(arrived)}")
        self._say(f"  {seconds:.1f} s" + (f": [red]{escape(failure)}[/red]" if failure else ""))

    def scenario(self, scenario: Scenario) -> None:
        """A scenario begins."""
        self._say(f"  [bold]{scenario.number}  {scenario.title}[/bold]")

    def step_started(self, step: Step) -> None:
        """A step begins."""
        self._spin(f"{step.number}  {step.title}")

    def step_ended(self, result: StepResult) -> None:
        """A step ended."""
        self._rest()
        step = result.step
        if result.held is None:
            self._say(f"  - {step.number:7} {step.title}: not tried")
            return
        self._say(
            f"  {_mark(result.held)} {step.number:7} {step.title} "
            f"[dim]{result.assertions} assertions, {result.seconds:.1f} s[/dim]"
        )
        if result.failure:
            self._say(f"    [red]{escape(result.failure)}[/red]")

    def note(self, text: str) -> None:
        """One line about what goes on."""
        self._rest()
        self._say(f"  {text}")

    def show(self, table: Table) -> None:
        """A table."""
        self._rest()
        self._say()
        self._console.print(table)

    def results(self, played: Sequence[Played]) -> None:
        """The table of steps and results."""
        table = Table("Step", "What", title="Results", title_justify="left", show_lines=False)
        for variant in played:
            table.add_column(_variant(variant.gab))
        for side, title in _BORN.items():
            table.add_row("Seed", title, *(_seed_cell(variant, side) for variant in played))
        steps = [result.step for result in played[0].steps] if played else []
        for place, step in enumerate(steps):
            cells = [_step_cell(variant.steps[place]) for variant in played]
            table.add_row(step.number, step.title, *cells)
        self._say()
        self._console.print(table)

    def stays_up(self, played: Played, root: Path) -> None:
        """The last variant stays up."""
        self._say()
        self._say(f"The API answers at {played.surface.api}, its token is in")
        self._say(f"{escape(str(root / 'sandbox.json'))}, with every address and credential.")
        self._say("Everything stays up until Ctrl-C.")

    def stopped(self) -> None:
        """A person stopped it."""
        self._rest()
        self._say("Stopped.")

    def _say(self, text: str = "") -> None:
        self._console.print(text)

    def _spin(self, text: str) -> None:
        self._rest()
        if self._console.is_terminal:
            self._status = self._console.status(escape(text))
            self._status.start()

    def _rest(self) -> None:
        if self._status is not None:
            self._status.stop()
            self._status = None


def _variant(gab: bool) -> str:
    return f"{'With' if gab else 'Without'} party and global address book"


def _mark(held: bool) -> str:
    return "[green]✓[/green]" if held else "[red]✗[/red]"


def _count(arrived: Arrived) -> str:
    return (
        f"{arrived.companies}/{arrived.of} companies, {arrived.contacts}/{arrived.of} contacts, "
        f"{arrived.addresses}/{arrived.of} addresses"
    )


def _seed_cell(variant: Played, side: str) -> str:
    arrived = variant.seed.get(side)
    if arrived is None:
        return "-"
    text = f"{_mark(not variant.seed_failure)} {_count(arrived)}"
    if side == "crm" and not variant.gab:
        text += " (addresses stay in the CRM, as documented)"
    return text


def _step_cell(result: StepResult) -> str:
    if result.held is None:
        return "not tried"
    text = f"{_mark(result.held)} {result.assertions} assertions, {result.seconds:.1f} s"
    return text if result.held else f"{text}\n{escape(result.failure)}"
