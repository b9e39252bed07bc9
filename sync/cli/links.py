"""`dualwrite links`: which links there are, and everything that is known of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from sync.cli import explaining
from sync.cli.common import AsJson, Cursor, Limit, SettingsFile, with_state
from sync.cli.exits import EXIT_CODES, ExitCode, Group
from sync.cli.family import print_family
from sync.cli.output import page, print_json, print_table, say
from sync.core.link import LinkState

if TYPE_CHECKING:
    from sync.bootstrap import State
    from sync.engine.explain import Explanation

links = typer.Typer(cls=Group, no_args_is_help=True, epilog=EXIT_CODES)


def register(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(links, name="links", help="Links: list, show, explain.")


@links.command("list", epilog=EXIT_CODES)
def list_links(
    kind: Annotated[str | None, typer.Option(help="Only of this kind.")] = None,
    state: Annotated[LinkState | None, typer.Option(help="Only in this state.")] = None,
    search: Annotated[
        str | None, typer.Option("-q", "--search", help="The start of the key or a part of it.")
    ] = None,
    limit: Limit = 100,
    cursor: Cursor = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Links, in order of id."""
    from sync.engine.naming import check_kind  # noqa: PLC0415

    async def action(opened: State) -> Any:
        if kind is not None:
            check_kind(opened.kinds, kind)
        async with opened.store.transaction() as tx:
            return await tx.list_links(
                kind=kind, state=state, search=search, after=cursor, limit=limit + 1
            )

    found = with_state(settings, action)
    shown = page(found, limit, [entry.link.id for entry in found])
    if as_json:
        print_json(shown)
        return
    print_table(
        ("id", "kind", "key", "state", "reason"),
        [
            (
                entry.link.id,
                entry.link.kind,
                entry.link.key,
                entry.link.state,
                entry.link.problem.message if entry.link.problem else None,
            )
            for entry in shown["items"]
        ],
        empty="There is no such link.",
    )
    if shown["next"]:
        say(f"More: --cursor {shown['next']}")


@links.command(epilog=EXIT_CODES)
def show(
    link: Annotated[str, typer.Argument(metavar="LINK", help="Its id, or kind:key.")],
    family: Annotated[
        int, typer.Option(min=0, max=100, help="Records of a kind below another one, at most.")
    ] = 10,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Everything that is known of a link; exit code 1 when there is none of that name."""
    from sync.engine.explain import explain  # noqa: PLC0415

    async def action(opened: State) -> Any:
        return await explain(opened.store, opened.kinds, link, members=family)

    found = with_state(settings, action)
    if found is None:
        typer.echo(f"link_unknown: there is no link {link}.", err=True)
        raise typer.Exit(ExitCode.FINDING)
    if as_json:
        print_json(found)
    else:
        _print(found)


explaining.register(links)


def _print(found: Explanation) -> None:
    link = found.entry.link
    say(f"{link.kind} {link.natural.get('code', link.key)}: {link.state} ({link.id})")
    if link.problem is not None:
        say(f"{link.problem.code}: {link.problem.message}")
        if link.problem.cure:
            say(f"  {link.problem.cure}")
    if link.attempts:
        due = found.entry.due_at
        when = f"at {due.isoformat(timespec='seconds')}" if due else "when what it waits for comes"
        say(f"attempts that failed in a row: {link.attempts}; tried again {when}")
    for token in link.waiting_on:
        say(f"waits for {token}")
    say()
    print_table(
        ("side", "row", "role", "version"),
        [
            (r.side, f"{r.table}({r.row_id})", r.member, "deleted" if r.deleted else r.version)
            for r in found.rows
        ],
    )
    say()
    print_table(
        ("field", "crm", "erp", "base crm", "base erp", "changed", "mark"),
        [
            (
                f.field,
                f.crm,
                f.erp,
                f.base.crm if f.base else None,
                f.base.erp if f.base else None,
                ", ".join(f.changed),
                f.mark,
            )
            for f in found.fields
        ],
    )
    for conflict in found.conflicts:
        say(f"\nconflict {conflict.id} ({conflict.state}): {conflict.message}")
    for letter in found.dead_letters:
        say(f"\ndead letter {letter.id} ({letter.state}): {letter.message}")
    say()
    print_family(found.family, found.entry.link.id)
    if found.pending:
        say(f"\n{len(found.pending)} change events are pending.")
