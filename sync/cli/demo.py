"""`dualwrite demo`: the product running against local systems, with the scenarios played live."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sync.cli.exits import EXIT_CODES
from sync.cli.output import print_json
from sync.cli.sandbox import (
    ApiPort,
    AsJson,
    CrmPort,
    DataDir,
    EntraPort,
    ErpPort,
    Gab,
    Leads,
    Tls,
    made,
    ports_of,
    stopping,
    troubles,
)

if TYPE_CHECKING:
    from sync.cli.demo_variant import Played

Once = Annotated[bool, typer.Option("--once", help="Exit at the end; 0 if every step held.")]
Northwind = Annotated[
    bool, typer.Option("--northwind", help="Sell Northwind's orders instead of the scenarios.")
]
Orders = Annotated[
    int, typer.Option("--orders", min=1, help="How many of them, the earliest first.")
]
Idle = Annotated[bool, typer.Option("--idle", help="Seed and start the maps; play nothing.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog=EXIT_CODES)(demo)


def demo(
    once: Once = False,
    idle: Idle = False,
    northwind: Northwind = False,
    orders: Orders = 830,
    gab: Gab = None,
    tls: Tls = False,
    prospects_from_leads: Leads = None,
    data_dir: DataDir = None,
    api_port: ApiPort = 8800,
    crm_port: CrmPort = 8801,
    erp_port: ErpPort = 8802,
    entra_port: EntraPort = 8803,
    as_json: AsJson = False,
) -> None:
    """Run the local systems, the service and the scenarios; stay up until Ctrl-C.

    Types the Northwind companies into both systems, waits until all are on the other side, and
    plays the scenarios step by step, first without and then with party and global address book.
    With --northwind all 830 orders of Northwind go through both systems instead, from quote to
    invoice, half of them quoted in either one, and every value is compared afterwards.
    Honours DUALWRITE_DATABASE_URL and DUALWRITE_KAFKA_BOOTSTRAP. Exit code 1: a step did not hold.
    """
    from sync.cli.demo_display import Display  # noqa: PLC0415 - a command that needs it not is fast
    from sync.cli.demo_variant import Interrupted, Plan, play  # noqa: PLC0415

    root = made(data_dir or Path(tempfile.mkdtemp(prefix="dualwrite-demo-")))
    surface = root / "sandbox.json"
    surface.unlink(missing_ok=True)
    display = Display(sys.stderr if as_json else sys.stdout)
    display.folder(root)
    variants = _variants(gab, single=idle or northwind)
    played: list[Played] = []
    whole = True

    def show() -> None:
        if not idle and not northwind:
            display.results(played)
        if as_json:
            print_json({"variants": [variant.document() for variant in played]})

    with troubles(), stopping() as stop:
        try:
            for variant in variants:
                last = variant is variants[-1]
                plan = Plan(
                    root=root,
                    gab=variant,
                    ports=ports_of(api_port, crm_port, erp_port, entra_port),
                    tls=tls,
                    prospects_from_leads=prospects_from_leads,
                    idle=idle,
                    northwind=orders if northwind else 0,
                    aside=not last,
                    surface=surface if last else None,
                )
                with play(plan, display, stop) as result:
                    played.append(result)
                    if not last:
                        continue
                    show()
                    if not once:
                        display.stays_up(result, root)
                        whole = result.stay(stop, lambda text: typer.echo(text, err=True))
        except Interrupted:
            display.stopped()
        finally:
            surface.unlink(missing_ok=True)
    held = whole and all(variant.held for variant in played)
    if not held or len(played) < len(variants):
        raise typer.Exit(1)


def _variants(gab: bool | None, *, single: bool) -> list[bool]:
    """The variants to play, in order: the named one, or both, the address book last."""
    if gab is not None:
        return [gab]
    return [True] if single else [False, True]
