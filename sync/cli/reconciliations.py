"""`dualwrite reconciliations`: comparisons that the running service does, and what they found."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sync.cli.common import AsJson, Cursor, Limit, SettingsFile, with_state
from sync.cli.exits import EXIT_CODES, ExitCode, Group
from sync.cli.output import page, print_json, print_table, say

if TYPE_CHECKING:
    from sync.bootstrap import State
    from sync.ports import FoundDivergence, Job

reconciliations = typer.Typer(cls=Group, no_args_is_help=True, epilog=EXIT_CODES)


class Shown(StrEnum):
    """Which differences are shown."""

    OPEN = "open"
    ACCEPTED = "accepted"
    ALL = "all"


def register(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(
        reconciliations,
        name="reconciliations",
        help="Comparisons of both systems by the running service: ask, list, show.",
    )


@reconciliations.command(epilog=EXIT_CODES)
def ask(
    repair: Annotated[
        bool, typer.Option("--repair", help="Feed what differs in as change events.")
    ] = False,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Ask the running service to read both systems afresh and compare them.

    One at a time; when the service is stopped meanwhile, what it had read is gone.
    """
    from sync.engine.asking import ask_reconciliation  # noqa: PLC0415

    async def action(opened: State) -> Job:
        return await ask_reconciliation(opened.store, opened.kinds, opened.clock, repair=repair)

    job = with_state(settings, action)
    if as_json:
        print_json(job)
    else:
        say(f"Reconciliation {job.id} is asked for: {job.tables} tables. The service does it.")


@reconciliations.command("list", epilog=EXIT_CODES)
def list_all(
    limit: Limit = 20,
    cursor: Cursor = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """List reconciliations, the newest first."""
    from sync.ports import JobKind  # noqa: PLC0415

    async def action(opened: State) -> list[Job]:
        async with opened.store.transaction() as tx:
            return await tx.jobs(kind=JobKind.RECONCILIATION, after=cursor, limit=limit + 1)

    found = with_state(settings, action)
    shown = page(found, limit, [job.id for job in found])
    if as_json:
        print_json(shown)
        return
    print_table(
        ("id", "state", "asked", "repair", "tables", "links", "differ", "accepted", "reason"),
        [
            (
                job.id,
                job.state,
                job.asked_at,
                "yes" if job.repair else "no",
                f"{len(job.read)} of {job.tables}",
                job.links,
                job.divergences,
                job.accepted,
                job.message,
            )
            for job in shown["items"]
        ],
        empty="No reconciliation was asked for.",
    )
    if shown["next"]:
        say(f"More: --cursor {shown['next']}")


@reconciliations.command(epilog=EXIT_CODES)
def show(
    reconciliation: Annotated[str, typer.Argument(metavar="ID", help="Its id.")],
    state: Annotated[Shown, typer.Option(help="Which differences.")] = Shown.OPEN,
    limit: Limit = 100,
    cursor: Annotated[int, typer.Option(help="Go on where a page ended: its `next`.")] = 0,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Show how far one is, and what differs; exit code 1 when there is none of that id."""
    accepted = None if state is Shown.ALL else state is Shown.ACCEPTED

    async def action(opened: State) -> tuple[Job | None, list[FoundDivergence]]:
        from sync.engine.asking import find_job  # noqa: PLC0415
        from sync.ports import JobKind  # noqa: PLC0415

        job = await find_job(opened.store, JobKind.RECONCILIATION, reconciliation)
        async with opened.store.transaction() as tx:
            found = await tx.divergences(
                reconciliation, accepted=accepted, after=cursor, limit=limit + 1
            )
        return job, found

    job, found = with_state(settings, action)
    if job is None:
        typer.echo(f"job_unknown: there is no reconciliation {reconciliation}.", err=True)
        raise typer.Exit(ExitCode.FINDING)
    shown = page(found, limit, [str(one.position) for one in found])
    if as_json:
        print_json({"reconciliation": job, **shown})
    else:
        _print(job, shown)


def _print(job: Job, shown: dict[str, Any]) -> None:
    say(f"Reconciliation {job.id}: {job.state}" + (f", {job.phase}" if job.phase else ""))
    if job.message is not None:
        say(f"{job.code}: {job.message}")
        say(f"  {job.cure}" if job.cure else "")
    say(f"{len(job.read)} of {job.tables} tables are read.")
    print_table(
        ("link", "field", "crm", "erp", "why", "accepted"),
        [
            (d.link, d.field, d.crm, d.erp, d.why, d.accepted)
            for d in (one.divergence for one in shown["items"])
        ],
    )
    say(
        f"{job.fields} fields of {job.links} links compared: {job.divergences} differ, "
        f"{job.accepted} are accepted."
    )
    if job.repair:
        say(f"{job.repaired} change events were fed in.")
    if shown["next"]:
        say(f"More: --cursor {shown['next']}")
