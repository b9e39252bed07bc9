"""Standing: where each side of a record stands, from its rows as they are known."""

from __future__ import annotations

import msgspec

from sync.core.advance import states_of
from sync.core.compiled import CompiledMap
from sync.core.kinds import Kind
from sync.core.link import Link
from sync.core.references import References
from sync.core.row import Side
from sync.core.stage import find_stages
from sync.core.view import View


class Standing(msgspec.Struct, frozen=True):
    """Where one side of a record stands.

    Attributes:
        there: Whether the side has the record.
        stage: Its stage there, in kinds with stages; `None` where it passes no map's filter.
        state: Its lifecycle state there, of documents.
        amount: What it amounts to there: a decimal as text, of kinds that have an amount.
        currency: The currency of the amount, e.g. `USD`.
        figures: What it counts as in the business view.
    """

    there: bool
    stage: str | None = None
    state: str | None = None
    amount: str | None = None
    currency: str | None = None
    figures: tuple[str, ...] = ()


def standings(kind: Kind, link: Link, view: View, refs: References) -> dict[Side, Standing]:
    """Where each side stands."""
    stages = find_stages(kind, link, view)
    return {
        Side.CRM: _standing(Side.CRM, stages.crm, link, view, refs, there=view.crm is not None),
        Side.ERP: _standing(Side.ERP, stages.erp, link, view, refs, there=bool(view.erp)),
    }


def _standing(
    side: Side,
    compiled: CompiledMap | None,
    link: Link,
    view: View,
    refs: References,
    *,
    there: bool,
) -> Standing:
    if compiled is None or not there:
        return Standing(there)
    table_map = compiled.map
    life, business = table_map.lifecycle, table_map.business
    state = states_of(life, table_map.anchor.name, view).get(side) if life else None
    if business is None:
        return Standing(there, table_map.stage, state)
    amount = _value(compiled, business.amount, side, link, view, refs)
    currency = _value(compiled, business.currency, side, link, view, refs)
    return Standing(
        there,
        table_map.stage,
        state,
        amount,
        currency.upper() if currency else None,
        business.figures(state),
    )


def _value(
    compiled: CompiledMap, name: str | None, side: Side, link: Link, view: View, refs: References
) -> str | None:
    """A field's value as text; `None` also where it cannot be read: its record is told of that."""
    field = compiled.fields.get(name or "")
    if field is None:
        return None
    value = compiled.read_field(side, field, view.images(side), refs, link.company)
    return value if isinstance(value, str) else None
