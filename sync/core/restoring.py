"""Restoring: a record that one side deleted is made there again, because a person decided so."""

from __future__ import annotations

from collections.abc import Mapping

from sync.core.conflict import DELETE_KINDS, Conflict, Take
from sync.core.kinds import Kind
from sync.core.link import Link
from sync.core.row import Side
from sync.core.stage import find_stages
from sync.core.view import View


def decided_delete(disputes: Mapping[str, Conflict]) -> Conflict | None:
    """The conflict about a delete of which a person has decided something."""
    for conflict in disputes.values():
        if conflict.kind in DELETE_KINDS and conflict.asked is not None:
            return conflict
    return None


def restores(disputes: Mapping[str, Conflict]) -> Side | None:
    """The side that has the record and shall keep it; `None` where nothing shall be restored."""
    conflict = decided_delete(disputes)
    if conflict is None or conflict.asked == Take.LEAVE:
        return None
    side = Side(str(conflict.asked))
    return side if conflict.found(side) else None


def begin_restore(kind: Kind, link: Link, view: View, disputes: Mapping[str, Conflict]) -> None:
    """Let a link forget the side that lost the record: it is made there as any other.

    What is made has ids of its own, so that what is still told of the deleted row does not concern
    it. Nothing happens where the record is on both sides again.
    """
    here = restores(disputes)
    if here is None or not link.has(here.other):
        return
    stages = find_stages(kind, link, view)
    if (stages.erp is not None) if here is Side.CRM else (view.crm is not None):
        return
    gone = f"{here.other}."
    link.rows = {name: row for name, row in link.rows.items() if not name.startswith(gone)}
    link.base, link.filled, link.rewrites = {}, {}, {}
    link.made = True
    link.generation += 1
