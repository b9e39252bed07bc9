"""References: what lookups point to, on either side, loaded once per batch."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from sync.core.lifecycle import FIELD
from sync.core.link import (
    MAIN,
    Link,
    LinkState,
    awaited_link,
    link_id,
    linked_token,
    row_token,
    wanted_link,
)
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
        assumed: Links whose record is made in the ERP together with what is decided now.
    """

    def __init__(
        self,
        links: Mapping[str, Link],
        owners: Mapping[tuple[str, str], str],
        company_kinds: frozenset[str],
        tables: Mapping[str, str],
        assumed: frozenset[str] = frozenset(),
    ) -> None:
        self._links, self._owners, self._assumed = links, owners, assumed
        self._company_kinds, self._tables = company_kinds, tables

    def from_crm(self, kinds: tuple[str, ...], row_id: Scalar) -> Reading:
        """The key of the record that a CRM lookup points to."""
        if row_id is None or row_id == "":
            return None
        tables = dict.fromkeys(self._tables[kind] for kind in kinds if kind in self._tables)
        if not tables:
            return Unfit(
                f"no map handles {' or '.join(kinds)}", "start a map for it, or leave the field out"
            )
        for table in tables:
            link = self._links.get(self._owners.get((table, str(row_id)), ""))
            if link is None or link.is_stray:
                continue
            if link.kind in kinds:
                return link.key
            return Unfit(
                f"{table}({row_id}) in the CRM is a {link.kind.replace('_', ' ')} here, not "
                f"{' or '.join(kinds).replace('_', ' ')}.",
                "Choose another record in the CRM, or make this one what it has to be.",
            )
        return Unresolved(
            tuple(row_token(RowRef(Side.CRM, table, str(row_id))) for table in tables),
            f"{' or '.join(tables)}({row_id}) in the CRM is not known yet",
        )

    def from_erp(
        self, kinds: tuple[str, ...], company: str | None, value: Scalar, within: Scalar = None
    ) -> Reading:
        """The key of the record that an ERP reference names.

        Args:
            kinds: The kinds that it may be.
            company: The company of the row.
            value: The reference.
            within: The part of the key before it, where it takes two to name a record.
        """
        text, before = str(value or "").strip(), str(within or "").strip()
        if not text:
            return None
        parts = (before, text) if before else (text,)
        return key_text(company if kinds[0] in self._company_kinds else None, parts)

    def to_crm(
        self, kinds: tuple[str, ...], key: str, *, passive: bool = False
    ) -> Lookup | Unresolved:
        """What to write into a CRM lookup so that it points to that record.

        A number that two records have names neither: what refers to it waits.
        """
        for kind in kinds:
            link = self._links.get(link_id(kind, key))
            row_id = link.row_id(Side.CRM, MAIN) if link and not link.is_contested else None
            if row_id is not None:
                return Lookup(self._tables[kind], row_id)
        return _missing(kinds, key, Side.CRM, passive=passive)

    def to_erp(
        self, kinds: tuple[str, ...], key: str, *, passive: bool = False
    ) -> str | Unresolved:
        """What to write into an ERP column so that it names that record."""
        link = self.record(kinds, key)
        return link.natural["code"] if link else _missing(kinds, key, Side.ERP, passive=passive)

    def contested(self, kinds: tuple[str, ...], key: str) -> bool:
        """Whether two records have the number that is meant, so that it names neither."""
        found = (self._links.get(link_id(kind, key)) for kind in kinds)
        return any(link is not None and link.is_contested for link in found)

    def stage(self, kinds: tuple[str, ...], key: str) -> str | None:
        """The stage of the record that is meant, as it was last agreed."""
        link = self.record(kinds, key)
        return link.stage if link else None

    def resting(self, waits: Iterable[Unresolved]) -> LinkState | None:
        """The state in which a record rests that waits for records which do not cross.

        Returns:
            `suspended` or `dormant`; `None` when one of the waits may be over some day without
            anybody's doing.
        """
        found = {self._rests(wait) for wait in waits}
        if not found or None in found:
            return None
        return LinkState.SUSPENDED if LinkState.SUSPENDED in found else LinkState.DORMANT

    def _rests(self, wait: Unresolved) -> LinkState | None:
        states: set[LinkState] = set()
        for token in wait.tokens:
            link = self._links.get(awaited_link(token) or "")
            if link is None:
                continue
            # What crosses on demand will cross where it is asked to.
            if link.state is LinkState.DORMANT and wanted_link(token):
                return None
            states.add(link.state)
        if not states or not states <= {LinkState.SUSPENDED, LinkState.DORMANT}:
            return None
        return LinkState.SUSPENDED if LinkState.SUSPENDED in states else LinkState.DORMANT

    def record(self, kinds: tuple[str, ...], key: str) -> Link | None:
        """The link of the record that is meant, if the ERP has it."""
        for kind in kinds:
            link = self._links.get(link_id(kind, key))
            if link is not None and (link.has(Side.ERP) or link.id in self._assumed):
                return link
        return None

    def state(self, kind: str, key: str) -> str | None:
        """The lifecycle state of a record in the ERP, as it was last agreed."""
        link = self._links.get(link_id(kind, key))
        base = link.base.get(FIELD) if link else None
        return str(base.erp) if base else None

    def is_left(self, kind: str, key: str) -> bool:
        """Whether a person has left the two sides of a document in states of their own."""
        link = self._links.get(link_id(kind, key))
        return link is not None and FIELD in link.fields

    def assuming(self, link_ids: Collection[str]) -> References:
        """The same, for writes that happen together: those links are in the ERP by then."""
        return References(
            self._links,
            self._owners,
            self._company_kinds,
            self._tables,
            self._assumed | frozenset(link_ids),
        )

    def meant(self, kinds: tuple[str, ...], key: str) -> tuple[str, ...]:
        """The kind of the record that a lookup means; all its kinds while none has the record."""
        for kind in kinds:
            if link_id(kind, key) in self._links:
                return (kind,)
        return kinds

    def company(self, row_id: Scalar, through: str | None = None) -> Reading:
        """The company code that a CRM lookup leads to, in upper case.

        Args:
            row_id: What the lookup holds.
            through: The kind of the company-specific record that it points to; `None` where it
                points to the company itself.
        """
        key = self.from_crm((through or "company",), row_id)
        if not isinstance(key, str):
            return key
        return (key.partition("|")[0] if through else key).upper()


def _missing(kinds: tuple[str, ...], key: str, side: Side, *, passive: bool) -> Unresolved:
    tokens = tuple(linked_token(kind, key, passive=passive) for kind in kinds)
    names = " or ".join(kind.replace("_", " ") for kind in kinds)
    return Unresolved(tokens, f"{names} {key} is not in the {side.upper()} yet")
