"""The command `dualwrite`. Each file of this package adds one group of commands."""

from __future__ import annotations

import typer

from sync.cli import (
    backfilling,
    bench,
    checking,
    conflicts,
    deadletters,
    demo,
    links,
    maps,
    numbers,
    reconciliations,
    reconciling,
    recordings,
    sandbox,
    serving,
    status,
)
from sync.cli.exits import EXIT_CODES, Group

app = typer.Typer(
    name="dualwrite",
    cls=Group,
    help="Synchronises Dynamics 365 Sales (CRM) with Supply Chain Management (ERP), both ways.",
    epilog=EXIT_CODES,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

for part in (
    serving,
    checking,
    status,
    maps,
    links,
    conflicts,
    deadletters,
    numbers,
    backfilling,
    reconciling,
    reconciliations,
    recordings,
    sandbox,
    demo,
    bench,
):
    part.register(app)


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
