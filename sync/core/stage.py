"""Stages: which map a record is under, when its two sides may have gone different ways."""

from __future__ import annotations

from collections.abc import Collection

import msgspec

from sync.core.compiled import CompiledMap
from sync.core.kinds import Kind
from sync.core.link import Link
from sync.core.mapping import Member
from sync.core.row import Row, Side
from sync.core.view import View

FIELD = "stage"
"""The name under which conflicts, receipts and explanations hold the stage."""


class Stages(msgspec.Struct, frozen=True):
    """Where each side stands.

    Attributes:
        crm: The map of the CRM's stage; `None` when the CRM does not have the record.
        erp: The map of the ERP's stage; `None` when the ERP does not have the record.
        target: The map both shall come to; `None` when neither has the record.
        regressed: Whether a side went back behind what was agreed, which is refused.
        foreign: An ERP row that has the record's number but belongs to another party.
    """

    crm: CompiledMap | None
    erp: CompiledMap | None
    target: CompiledMap | None
    regressed: bool = False
    foreign: str | None = None

    def of(self, side: Side) -> CompiledMap | None:
        """The map of one side's stage."""
        return self.crm if side is Side.CRM else self.erp

    def toward(self, further: CompiledMap) -> Stages:
        """The same record on its way to a further stage, because another record's step asks."""
        if self.target is None or self.target.map.rank >= further.map.rank:
            return self
        return msgspec.structs.replace(self, target=further)


def find_stages(kind: Kind, link: Link, view: View) -> Stages:
    """Find the stage of each side and the one to come to.

    A record only moves to higher ranks: the further side is where it goes. The ERP is in a stage
    when that stage's anchor row exists and is of the same party as the record (decision: conversion
    keeps number and party; a customer of another party means that the number is taken).
    """
    crm = kind.crm_map(view.crm.image) if view.crm else None
    erp, foreign = _erp_stage(kind, link, view)
    present = [compiled for compiled in (crm, erp) if compiled is not None]
    if not present:
        return Stages(None, None, None, foreign=foreign)
    target = max(present, key=lambda compiled: compiled.map.rank)
    agreed = kind.for_stage(link.stage).map.rank if link.stage else None
    regressed = agreed is not None and any(c.map.rank < agreed for c in present)
    return Stages(crm, erp, target, regressed, foreign)


def from_the_first(kind: Kind, link: Link, stages: Stages, running: Collection[str]) -> Stages:
    """Begin in the ERP with a record's first stage, if the CRM took it further before it crossed.

    The ERP takes it on from there as ever, and gives it what a conversion gives: the customer group
    of its prospect parameters, where nobody chose one. Source: customer group on conversion,
    `docs/decisions.md`.

    Args:
        kind: The record's kind.
        link: The record.
        stages: Where each side stands.
        running: The ids of the maps that run.
    """
    if stages.crm is None or stages.erp is not None or link.base or link.made:
        return stages
    first = kind.for_stage(link.first_stage)
    skipped = link.first_stage is not None and first.map.rank < stages.crm.map.rank
    return Stages(first, None, first) if skipped and first.map.id in running else stages


def _erp_stage(kind: Kind, link: Link, view: View) -> tuple[CompiledMap | None, str | None]:
    anchors = [
        (compiled, view.erp[compiled.map.anchor.name])
        for compiled in kind.maps
        if compiled.map.anchor.name in view.erp
        and compiled.map.anchor.matches(view.erp[compiled.map.anchor.name].image)
    ]
    if not anchors:
        return None, None
    ours = _ours(link, anchors)
    same = [(c, row) for c, row in anchors if _alias(c.map.anchor, row) == ours]
    other = [c.map.anchor.name for c, row in anchors if _alias(c.map.anchor, row) != ours]
    other += _in_the_way(kind, same[-1][0], view, ours)
    return same[-1][0], (other[0] if other else None)


def _in_the_way(kind: Kind, stage: CompiledMap, view: View, ours: str) -> list[str]:
    """Rows under the number in a later stage's place that are of another type and party."""
    return [
        compiled.map.anchor.name
        for compiled in kind.maps
        if compiled.map.rank > stage.map.rank
        and (row := view.erp.get(compiled.map.anchor.name)) is not None
        and not compiled.map.anchor.matches(row.image)
        and _alias(compiled.map.anchor, row) != ours
    ]


def _ours(link: Link, anchors: list[tuple[CompiledMap, Row]]) -> str:
    """The party that the record is of: the agreed one, else that of the lowest stage's row."""
    parties = [_alias(compiled.map.anchor, row) for compiled, row in anchors]
    return link.alias if link.alias in parties and link.alias is not None else parties[0]


def _alias(anchor: Member, row: Row) -> str:
    return str(row.image.get(anchor.alias) or "") if anchor.alias else ""
