"""Standing: where each side of a record stands, from its rows as they are known."""

from __future__ import annotations

import msgspec

from sync.core.kinds import Kind
from sync.core.link import Link
from sync.core.row import Side
from sync.core.stage import find_stages
from sync.core.view import View


class Standing(msgspec.Struct, frozen=True):
    """Where one side of a record stands.

    Attributes:
        there: Whether the side has the record.
        stage: Its stage there, in kinds with stages; `None` where it passes no map's filter.
    """

    there: bool
    stage: str | None = None


def standings(kind: Kind, link: Link, view: View) -> dict[Side, Standing]:
    """Where each side stands."""
    stages = find_stages(kind, link, view)
    crm, erp = stages.crm, stages.erp
    return {
        Side.CRM: Standing(view.crm is not None, crm.map.stage if crm else None),
        Side.ERP: Standing(bool(view.erp), erp.map.stage if erp else None),
    }
