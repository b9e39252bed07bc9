"""Early: everything that ends a decision before fields are compared."""

from __future__ import annotations

from sync.core import finding
from sync.core.compiled import CompiledMap
from sync.core.conflict import ConflictKind
from sync.core.deletes import on_delete
from sync.core.documents import led, may_arise
from sync.core.kinds import Kind
from sync.core.link import Link, LinkState, Problem, linked_token
from sync.core.mapping import DeletePolicy
from sync.core.plan import Decision
from sync.core.references import References
from sync.core.restoring import decided_delete, restores
from sync.core.row import Side
from sync.core.sides import of_key, of_number, with_number
from sync.core.stage import Stages
from sync.core.taken import met, same_party
from sync.core.values import Unfit, Unresolved
from sync.core.view import Context, View


def before_merge(
    kind: Kind, link: Link, view: View, stages: Stages, refs: References, context: Context
) -> Decision | None:
    """Everything that ends a decision before fields are compared."""
    had = {side: link.has(side) for side in Side}
    crm_here, erp_here = view.crm is not None, stages.erp is not None
    if view.rivals:
        return _rivals(kind, link, view, refs, context)
    if assigned(link, context) and (taken := met(kind, view, stages, refs)) is not None:
        return taken
    lost = _lost_its_anchor(kind, link, view, context)
    left_filter = (crm_here and stages.crm is None) or (
        had[Side.ERP]
        and stages.erp is None
        and any(m in view.erp for m in anchors(kind))
        and not lost
    )
    if left_filter and link.base:
        return Decision(LinkState.SUSPENDED)
    occupied = stages.erp is None and any(m in view.erp for m in anchors(kind))
    if left_filter or (occupied and not lost):
        return _occupied(kind, link, view, stages, refs, context)
    if not crm_here and not erp_here:
        return Decision(LinkState.GONE, forget=True)
    compiled = stages.target or kind.maps[0]
    if compiled.map.id not in context.running:
        return Decision(LinkState.PARKED, map_digest=compiled.digest)
    if not link.base and not may_arise(compiled, stages, view):
        return Decision(LinkState.SUSPENDED, map_digest=compiled.digest)
    contested = _of_contested(compiled, link, refs, context)
    if contested is not None:
        return contested
    if _are_strangers(link, view, stages, refs):
        return _strangers(kind, link, view, stages, refs, context)
    edited = _key_edited(kind, link, view, stages, refs, context)
    if edited is not None:
        return edited
    if is_another(compiled, link, view, refs):
        return _replaced(compiled, link, view, refs, context, erp_here=erp_here)
    if (had[Side.CRM] or _is_deleted(Side.CRM, context)) and not crm_here:
        return on_delete(compiled, link, view, refs, Side.CRM, context)
    if (had[Side.ERP] or _is_deleted(Side.ERP, context)) and not erp_here:
        return on_delete(compiled, link, view, refs, Side.ERP, context)
    held_back = led(compiled, view, refs, context) if not erp_here else None
    if held_back is not None:
        return held_back
    wanted = context.awaited or restores(context.disputes) is not None
    if kind.on_demand and not wanted and not (crm_here and erp_here):
        return Decision(LinkState.DORMANT, map_digest=compiled.digest)
    return None


def _lost_its_anchor(kind: Kind, link: Link, view: View, context: Context) -> bool:
    """Whether the ERP's row of the agreed stage is deleted, and one of an earlier stage is left.

    A converted prospect's row stays, frozen, when somebody deletes the customer. It is the record's
    own, by its party, also while the customer is being restored.
    """
    if link.stage is None or link.alias is None:
        return False
    anchor = kind.for_stage(link.stage).map.anchor.name
    was_there = link.row_id(Side.ERP, anchor) is not None and bool(link.base)
    if anchor in view.erp or not (was_there or restores(context.disputes) is Side.CRM):
        return False
    left = [c.map.anchor for c in kind.maps if c.map.anchor.name in view.erp]
    return all(view.erp[one.name].image.get(one.alias or "") == link.alias for one in left)


def _is_deleted(side: Side, context: Context) -> bool:
    """Whether a person decided that a delete on the side counts, also after it was to be undone."""
    asked = decided_delete(context.disputes)
    return asked is not None and asked.asked == side.value and restores(context.disputes) is None


def is_another(compiled: CompiledMap, link: Link, view: View, refs: References) -> bool:
    """Whether a new row of the CRM has the key of one that was deleted, and is another record.

    The CRM gives a line's number again: a deleted line's to a line of another product.
    """
    bound = link.row_id(Side.CRM, compiled.map.crm.name)
    if view.crm is None or bound in (None, view.crm.ref.row_id):
        return False
    if compiled.map.delete is not DeletePolicy.PROPAGATE:
        return False
    reading = compiled.read(Side.CRM, view.images(Side.CRM), refs, link.company)
    return any(
        reading[name] != link.base[name].crm
        for name, field in compiled.fields.items()
        if field.create_only and name in link.base
    )


def _replaced(
    compiled: CompiledMap,
    link: Link,
    view: View,
    refs: References,
    context: Context,
    *,
    erp_here: bool,
) -> Decision:
    """The record that was deleted goes first; the new one crosses after it."""
    if erp_here:
        return on_delete(compiled, link, view, refs, Side.CRM, context)
    return Decision(LinkState.DUE, forget=True, look=True, map_digest=compiled.digest)


def assigned(link: Link, context: Context) -> bool:
    """Whether its number is one that we made, and nothing was ever agreed under it."""
    return context.assigned and not (link.base or link.made)


def _of_contested(
    compiled: CompiledMap, link: Link, refs: References, context: Context
) -> Decision | None:
    """A record that is known by another one's number waits while two have that number.

    The line of one order and the line of the other have the same key, and are not the same line.
    """
    for field in compiled.keys:
        key = link.natural.get(field.name, "")
        if field.lookup and refs.contested(field.lookup, key):
            kind = " or ".join(field.lookup)
            message = f"The number of its {kind} {key} is taken by another record in the ERP."
            cure = f"It goes on by itself once its {kind} has a number of its own."
            problem = Problem("dependency_missing", message, cure, at=context.now)
            tokens = tuple(linked_token(of, key) for of in field.lookup)
            return Decision(
                LinkState.WAITING,
                waits=tokens,
                problem=problem,
                map_digest=compiled.digest,
                contested=True,
            )
    return None


def _are_strangers(link: Link, view: View, stages: Stages, refs: References) -> bool:
    """Whether a prospect of one side and a customer of the other only have the same number.

    Each was typed while the maps ran, nothing of them was ever agreed, and no party tells that
    they are one record: joined by the number alone, one would be converted into the other.
    """
    if stages.crm is None or stages.erp is None or stages.crm is stages.erp:
        return False
    fresh = not (link.base or link.made or link.master)
    return fresh and same_party(view, stages, refs) is None


def _strangers(
    kind: Kind, link: Link, view: View, stages: Stages, refs: References, context: Context
) -> Decision:
    crm = stages.crm.map.stage if stages.crm else None
    erp = stages.erp.map.stage if stages.erp else None
    conflict = finding.of_kind(
        link,
        ConflictKind.NUMBER_TAKEN,
        context,
        message=f"{finding.name_of(link)}: a {crm} in the CRM and a {erp} in the ERP have this "
        "number, and nothing tells that they are one record. Renumber one of them; if they are "
        "one, bring it to the same stage on both sides.",
        policy="a number alone makes nobody a customer",
        field="number",
        sides=of_number(kind, link, view, refs),
        by_value=False,
        detail=(crm, erp),
    )
    return Decision(LinkState.CONFLICT, conflicts=[conflict], contested=True)


def _rivals(kind: Kind, link: Link, view: View, refs: References, context: Context) -> Decision:
    """Several CRM rows have the key: a counterpart is never chosen by chance."""
    found = sorted((view.crm.ref.row_id if view.crm else "", *view.rivals))
    rows = ", ".join(found)
    conflict = finding.of_kind(
        link,
        ConflictKind.TWO_CANDIDATES,
        context,
        message=f"{finding.name_of(link)}: several records in the CRM have its key: {rows}. "
        "Merge or renumber all but one.",
        policy="a counterpart is never chosen by chance",
        field="number",
        sides=of_number(kind, link, view, refs, {Side.CRM: with_number(kind, link, found)}),
        by_value=False,
        side=Side.CRM,
        detail=(rows,),
    )
    return Decision(LinkState.CONFLICT, conflicts=[conflict])


def _occupied(
    kind: Kind, link: Link, view: View, stages: Stages, refs: References, context: Context
) -> Decision:
    """The number is in use by a record that the map's filter does not take."""
    side = Side.CRM if view.crm is not None and stages.crm is None else Side.ERP
    if side is Side.CRM and stages.erp is None:
        return Decision(LinkState.SUSPENDED)
    if side is Side.ERP and stages.crm is None:
        return Decision(LinkState.SUSPENDED)
    conflict = finding.of_kind(
        link,
        ConflictKind.NUMBER_TAKEN,
        context,
        message=f"{finding.name_of(link)}: the {side.upper()} has a record with this number that "
        "is of another type. Renumber one of them, or change its type.",
        policy="a number belongs to one record",
        field="number",
        sides=of_number(kind, link, view, refs),
        by_value=False,
        side=side,
    )
    fresh = not (link.base or link.made)
    return Decision(LinkState.CONFLICT, conflicts=[conflict], contested=fresh)


def _key_edited(
    kind: Kind, link: Link, view: View, stages: Stages, refs: References, context: Context
) -> Decision | None:
    """An edited key on a linked record is a conflict, never a second record."""
    if view.crm is None or stages.crm is None:
        return None
    identity = kind.identify(stages.crm, stages.crm.map.crm, view.crm.image, refs)
    if isinstance(identity, Unresolved):
        problem = Problem("dependency_missing", identity.message, side=Side.CRM)
        return Decision(LinkState.WAITING, waits=identity.tokens, problem=problem)
    if not isinstance(identity, Unfit) and identity.key == link.key:
        return None
    columns = ", ".join(field.crm.column for field in stages.crm.keys)
    own = ", ".join(link.natural[field.name] for field in stages.crm.keys)
    message = (
        f"{finding.name_of(link)}: its key ({columns}) was edited in the CRM, but a linked record "
        f"keeps its number on both sides. Set it back to {own}."
    )
    conflict = finding.of_kind(
        link,
        ConflictKind.KEY_EDITED,
        context,
        message=message,
        policy="a key never changes on a linked record",
        field=stages.crm.keys[0].name,
        sides=of_key(kind, link, None if isinstance(identity, Unfit) else identity),
        side=Side.CRM,
    )
    return Decision(LinkState.CONFLICT, conflicts=[conflict])


def anchors(kind: Kind) -> set[str]:
    """The names of the ERP rows that records of a kind are known by."""
    return {compiled.map.anchor.name for compiled in kind.maps}
