"""What a world has touched: the maps in which a person typed something."""

from __future__ import annotations

from tests.simulation.world import World


def touched_maps(world: World) -> set[str]:
    """The ids of the maps of every record that a person made, edited or moved on."""
    truth, ledger, found = world.systems.truth, world.systems.ledger, set()
    typed = {
        record
        for (_, record, _), entries in ledger.history.items()
        if any(entry.typed for entry in entries)
    }
    # A record that has nothing but its key says something by being there.
    for record in typed.union(*ledger.born.values()):
        crm, erp, _ = truth.stage_maps(record, truth.view(record))
        found |= {compiled.map.id for compiled in (crm, erp) if compiled is not None}
    return found
