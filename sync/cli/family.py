"""A family as a tree of lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sync.cli.output import say

if TYPE_CHECKING:
    from sync.engine.family import Family, Member
    from sync.engine.standing import Standing


def print_family(found: Family, asked: str) -> None:
    """Print the trees of a family; the record that was asked for is marked."""
    say("family")
    for root in found.roots:
        for line in tree(root, asked):
            say(line)


def tree(member: Member, asked: str, indent: str = "") -> Iterator[str]:
    """The lines of a record and of everything that is shown below it."""
    mark = "*" if member.id == asked else "-"
    yield f"{indent}{mark} {member.kind} {member.number}: {_standing(member)}"
    for group in member.groups:
        for below in group.members:
            yield from tree(below, asked, f"{indent}  ")
        if group.next is not None:
            yield f"{indent}  … {group.total - len(group.members)} more of {group.kind}"


def _standing(member: Member) -> str:
    sides = (f"{side} {_side(one)}" for side, one in member.sides.items())
    text = ", ".join((str(member.problem or member.state), *sides))
    if member.open_conflicts:
        several = "s" if member.open_conflicts > 1 else ""
        text += f", {member.open_conflicts} open conflict{several}"
    for field, other in member.kin.items():
        text += f", {field} {other.key}"
    return text


def _side(standing: Standing) -> str:
    if not standing.there:
        return "none"
    text = standing.stage or standing.state or "there"
    if standing.amount is not None:
        text += f" {standing.amount} {standing.currency or ''}".rstrip()
    return text
