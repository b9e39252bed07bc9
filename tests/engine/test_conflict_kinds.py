"""Every kind of conflict says what stands on each side, what was agreed, who, when, and why."""

from __future__ import annotations

import pytest

from sync.core.conflict import Conflict, ConflictKind, Values
from sync.core.finding import name_of
from sync.core.row import Side
from sync.core.sides import Sides
from sync.engine.dossier import dossier_of
from tests.engine.disagreeing import MORE, SCENES, Scene, brought_about

STUCK = {
    "edit_against_delete": Side.ERP,
    "deleted": Side.CRM,
    "number_taken": Side.ERP,
    "two_candidates": Side.CRM,
    "key_edited": Side.CRM,
    "refused": Side.ERP,
    "unfit": Side.ERP,
    "stage": Side.CRM,
    "not_owner": Side.CRM,
    "held_order": Side.ERP,
    "missing_reference": Side.ERP,
    "number_of_another_type": Side.ERP,
    "number_of_a_linked_record": Side.CRM,
}
"""Scene → the side at which it is stuck, where that is one."""


def test_there_is_a_scene_for_every_kind() -> None:
    assert set(SCENES) == set(ConflictKind)


@pytest.mark.parametrize(
    ("kind", "scene"),
    [*SCENES.items(), *MORE],
    ids=lambda of: of.value if isinstance(of, ConflictKind) else of.__name__,
)
async def test_a_conflict_says_everything_that_is_needed(kind: ConflictKind, scene: Scene) -> None:
    bench, conflict, told = await brought_about(kind, scene)
    _says(conflict, told)
    _says_who_and_when(conflict)
    assert conflict.side == STUCK.get(scene.__name__)
    assert conflict.policy
    assert conflict.at
    async with bench.store.transaction() as tx:
        (link,) = (await tx.links([conflict.link_id])).values()
        events = {kept.event.id: kept.event for kept in await tx.events(limit=1000)}
    assert name_of(link) in conflict.message
    assert conflict.map_id in {compiled.map.id for compiled in bench.kinds[link.kind].maps}
    assert conflict.events
    told_of = {str(events[event].ref) for event in conflict.events}
    assert told_of <= {row.row for row in conflict.seen}
    dossier = await dossier_of(bench.store, bench.kinds, conflict.id)
    assert dossier is not None
    assert all(at is not None for row, at in dossier.seen if row.event is not None)


def _says(conflict: Conflict, told: Sides) -> None:
    """What was expected of each side stands there, perhaps beside more."""
    for name in ("crm", "erp", "base_crm", "base_erp"):
        found, wanted = getattr(conflict, name), getattr(told, name)
        if isinstance(wanted, dict) and isinstance(found, dict):
            found = {field: found.get(field) for field in wanted}
        assert found == wanted, f"{name} of {conflict.kind}"


def _says_who_and_when(conflict: Conflict) -> None:
    """The CRM tells who changed a row and when; the ERP's entities tell neither."""
    sides: dict[Side, Values] = {Side.CRM: conflict.crm, Side.ERP: conflict.erp}
    for side, values in sides.items():
        rows = [row for row in conflict.seen if row.side is side]
        assert rows or values is None, f"the {side} has {values}, and no row is named"
    for row in conflict.seen:
        assert (row.actor is not None) is (row.changed_at is not None) is (row.side is Side.CRM)
    at_crm = [row for row in conflict.seen if row.side is Side.CRM and row.member is not None]
    who, when = (at_crm[0].actor, at_crm[0].changed_at) if at_crm else (None, None)
    assert (conflict.crm_actor, conflict.crm_at) == (who, when)
    assert (conflict.erp_actor, conflict.erp_at) == (None, None)
