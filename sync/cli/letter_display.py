"""How the dead letter commands show what they found."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sync.cli.output import print_json, print_table, say

if TYPE_CHECKING:
    from sync.engine.outlooks import Outlook
    from sync.ports import DeadLetter


def show_letters(letters: Iterable[DeadLetter]) -> None:
    """A line each."""
    print_table(
        ("id", "code", "kind", "state", "at", "message", "cure"),
        [(d.id, d.code, d.kind, d.state, d.at, d.message, d.cure) for d in letters],
        empty="There is none.",
    )


def show_letter(letter: DeadLetter) -> None:
    """One whole: cause, cure, what it holds, and what people did about it."""
    say(f"{letter.code} ({letter.state}, {letter.at}): {letter.message}")
    if letter.cure:
        say(f"  {letter.cure}")
    for act in letter.history:
        say(f"{act.what} by {act.by} at {act.at}{f': {act.why}' if act.why else ''}")
    print_json(letter.payload)
    if letter.original is not None:
        say("\nBefore it was edited:")
        print_json(letter.original)


def show_outlooks(outlooks: Iterable[Outlook]) -> None:
    """What would become of each link."""
    none = True
    for outlook in outlooks:
        none = False
        say(f"{outlook.kind} {outlook.key} would be {outlook.state}")
        if outlook.problem is not None:
            say(f"  {outlook.problem.code}: {outlook.problem.message}")
        for token in outlook.waiting_on:
            say(f"  waits for {token}")
        for message in outlook.conflicts:
            say(f"  conflict: {message}")
        if outlook.together:
            say("  together with the others of this step, all or none:")
        for write in outlook.writes:
            say(f"  {write.action or write.op} {write.side} {write.table}({write.row_id})")
            print_json(write.values)
        if outlook.untried is not None:
            say(f"  not tried here: {outlook.untried}")
    if none:
        say("Nothing: it tells nothing that is not known.")
