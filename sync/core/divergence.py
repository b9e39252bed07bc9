"""Divergences: what a reconciliation finds that is not the same on both sides."""

from __future__ import annotations

import msgspec

from sync.core.link import Neutral


class Divergence(msgspec.Struct, frozen=True):
    """Something that is not the same on both sides.

    Attributes:
        link: `kind:key`.
        link_id: The link; `None` for a row that belongs to none.
        field: The field; `None` when one side lacks the whole record.
        crm: The CRM's value, in neutral form.
        erp: The ERP's value.
        why: `differs`, `only in the crm`, `only in the erp`, `never captured`.
        accepted: Why it is known and left alone: a mark, or the link's state; else `None`.
    """

    link: str
    link_id: str | None
    field: str | None
    crm: Neutral | str = None
    erp: Neutral | str = None
    why: str = "differs"
    accepted: str | None = None
