"""Documents: what a lifecycle asks for, and what a record waits for because of it."""

from __future__ import annotations

import msgspec

from sync.core.advance import advance, states_of
from sync.core.compiled import CompiledMap
from sync.core.conflict import Conflict
from sync.core.lifecycle import FIELD, Move, Way
from sync.core.link import Agreed, Link, LinkState, Problem, settled_token
from sync.core.plan import Decision
from sync.core.references import References
from sync.core.row import Side
from sync.core.stage import Stages
from sync.core.values import Unfit, Unresolved
from sync.core.view import Context, View


class Moving(msgspec.Struct):
    """What becomes of a document's state this time."""

    side: Side | None = None
    path: tuple[Move, ...] = ()
    agreed: dict[str, Agreed] = {}
    conflicts: list[Conflict] = []
    waits: list[Unresolved] = []
    together: Way | None = None
    look: bool = False
    followed: Conflict | None = None

    def steps(self, side: Side) -> tuple[Move, ...]:
        """The moves to make on a side."""
        return self.path if side is self.side else ()


def moving(target: CompiledMap, link: Link, view: View, stages: Stages, context: Context) -> Moving:
    """What a document's lifecycle asks for: only once its lines are on both sides, and quiet."""
    life, anchor = target.map.lifecycle, target.map.anchor.name
    if life is None or stages.crm is None or stages.erp is None:
        return Moving()
    found = advance(life, anchor, link, view, context)
    if found.conflict is not None:
        return Moving(conflicts=[found.conflict])
    if found.side is None:
        agreed = {FIELD: found.agreed} if found.agreed else {}
        return Moving(agreed=agreed if link.base.get(FIELD) != found.agreed else {})
    if view.lines is None:
        return Moving(look=True)
    if view.lines:
        return Moving(waits=list(view.lines))
    ways = [move.way(found.side) for move in found.path]
    alone = [way is not None and not way.together for way in ways]
    if context.together:
        return Moving(side=found.side, path=found.path[:1])
    if not alone[0]:
        return Moving(together=ways[0])
    first = alone.index(False) if False in alone else len(alone)
    return Moving(side=found.side, path=found.path[:first], followed=found.followed)


def may_arise(compiled: CompiledMap, stages: Stages, view: View) -> bool:
    """Whether the map makes a record like this one on the side that lacks it."""
    lacking = [side for side, has in ((Side.CRM, stages.crm), (Side.ERP, stages.erp)) if not has]
    life = compiled.map.lifecycle
    if life is not None and lacking:
        states = states_of(life, compiled.map.anchor.name, view).values()
        if any(state in life.stays for state in states):
            return False
    return all(compiled.map.direction.allows(side) for side in lacking)


def led(compiled: CompiledMap, view: View, refs: References, context: Context) -> Decision | None:
    """A record that another one creates in the ERP waits for it, as long as that may still come."""
    life = compiled.map.lifecycle
    if life is None or life.led_by is None or context.together or view.crm is None:
        return None
    leader = refs.from_crm((life.led_by,), view.crm.image.get(life.leader or ""))
    if leader is None or isinstance(leader, Unfit):
        return None
    if isinstance(leader, Unresolved):
        message, tokens = f"{leader.message}.", leader.tokens
    elif refs.state(life.led_by, str(leader)) == life.led_until:
        return None
    elif refs.is_left(life.led_by, str(leader)):
        # A person let each side keep its end: what follows from one of them stays there with it.
        tokens = (settled_token(life.led_by, str(leader)),)
        return Decision(LinkState.SUSPENDED, waits=tokens, map_digest=compiled.digest)
    else:
        message = f"It is created with its {life.led_by} {leader}, which is not {life.led_until}."
        tokens = (settled_token(life.led_by, str(leader)),)
    cure = f"It goes on by itself once its {life.led_by} does."
    problem = Problem("dependency_missing", message, cure, at=context.now)
    return Decision(LinkState.WAITING, waits=tokens, problem=problem, map_digest=compiled.digest)
