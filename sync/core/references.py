"""References: what lookups point to, on either side, loaded once per batch."""

from __future__ import annotations

from collections.abc import Mapping

from sync.core.link import Link, link_id, linked_token, row_token
from sync.core.row import Lookup, RowRef, Scalar, Side
from sync.core.values import Reading, Unfit, Unresolved


def key_text(company: str | None, parts: tuple[str, ...]) -> str:
    """The comparable form of an integration key: `usmf|pr-000001`."""
    return "|".join((*((company,) if company else ()), *parts)).casefold()


class References:
    """Resolves lookups of one batch of links.

    Args:
        links: The links that lookups may point to, by id.
        owners: (table, row id) in the CRM → id of the link that the row belongs to.
        company_kinds: The kinds that are company-specific.
        tables: Kind → its CRM table.
    """

    def __init__(
        self,
        links: Mapping[str, Link],
        owners: Mapping[tuple[str, str], str],
        company_kinds: frozenset[str],
        tables: Mapping[str, str],
    ) -> None:
        self._links, self._owners = links, owners
        self._company_kinds, self._tables = company_kinds, tables

    def from_crm(self, kind: str, row_id: Scalar) -> Reading:
        """The key of the record that a CRM lookup points to."""
        if row_id is None or row_id == "":
            return None
        table = self._tables.get(kind)
        if table is None:
            return Unfit(f"no map handles {kind}", "start a map for it, or leave the field out")
        link = self._links.get(self._owners.get((table, str(row_id)), ""))
        if link is None or link.kind != kind or link.is_stray:
            ref = RowRef(Side.CRM, table, str(row_id))
            return Unresolved(row_token(ref), f"{table}({row_id}) in the CRM is not known yet")
        return link.key

    def from_erp(self, kind: str, company: str | None, value: Scalar) -> Reading:
        """The key of the record that an ERP reference names."""
        text = str(value or "").strip()
        if not text:
            return None
        return key_text(company if kind in self._company_kinds else None, (text,))

    def to_crm(self, kind: str, key: str, *, passive: bool = False) -> Lookup | Unresolved:
        """What to write into a CRM lookup so that it points to that record."""
        link = self._links.get(link_id(kind, key))
        row_id = link.row_id(Side.CRM, "main") if link else None
        if row_id is None:
            token = linked_token(kind, key, passive=passive)
            return Unresolved(token, f"{kind} {key} is not in the CRM yet")
        return Lookup(self._tables[kind], row_id)

    def to_erp(self, kind: str, key: str, *, passive: bool = False) -> str | Unresolved:
        """What to write into an ERP column so that it names that record."""
        link = self._links.get(link_id(kind, key))
        if link is None or not link.has(Side.ERP):
            token = linked_token(kind, key, passive=passive)
            return Unresolved(token, f"{kind} {key} is not in the ERP yet")
        return link.natural["code"]

    def company(self, row_id: Scalar) -> Reading:
        """The company code that a CRM company lookup points to, in upper case."""
        key = self.from_crm("company", row_id)
        return key.upper() if isinstance(key, str) else key
