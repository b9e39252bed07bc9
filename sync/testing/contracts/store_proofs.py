"""What a store must do with what is known of the number sequences."""

# ruff: noqa: S101, D102 - the name of a test says what it holds
from __future__ import annotations

from msgspec.structs import replace

from sync.core.existing_numbers import Ahead, Occupied
from sync.core.number_format import parse_format
from sync.core.overlaps import Overlap
from sync.core.row import Side
from sync.core.sequences import Drawer, NumberSpace, Sequence
from sync.ports import Acceptance, NumberReport, Store
from sync.testing.contracts.store import StoreSuite

SPACE = NumberSpace("USMF", ("account", "person"))


def a_sequence(name: str, side: Side, text: str) -> Sequence:
    """A sequence of accounts."""
    return Sequence(
        id=name,
        side=side,
        company="USMF",
        kinds=SPACE.kinds,
        numbers="accounts",
        format=parse_format(text, side),
        first=1,
        last=9_000_000_000_000_000_000,
        next=7,
        drawn_by=Drawer(side),
    )


REPORT = NumberReport(
    at="2026-01-01",
    sequences=(
        a_sequence("crm-a", Side.CRM, "A{SEQNUM:3}-{RANDSTRING:2}{DATETIMEUTC:MM}"),
        a_sequence("erp-a", Side.ERP, "A-&&##"),
    ),
    overlaps=(
        Overlap(
            space=SPACE, one="crm-a", other="erp-a", number="a-1", one_draws=1, other_draws=10**18
        ),
    ),
    occupied=(
        Occupied(space=SPACE, sequence="erp-a", number="A-BC04", link_id="l2", draws=9, records=2),
    ),
    ahead=(Ahead(sequence="crm-a", number="Ä-1", link_id="l1", draws=3),),
    records=12,
    untold={"erp": "No."},
)
ACCEPTANCE = Acceptance(overlap="o1", by="Ada", reason="why", at="2026-01-02")


class ProofContract(StoreSuite):
    """The last check of the number sequences, and what people accepted of it."""

    async def test_the_last_check_is_kept(self, store: Store) -> None:
        async with store.transaction() as state:
            assert await state.number_report() is None
            await state.put_number_report(replace(REPORT, at="2025", overlaps=()))
            await state.put_number_report(REPORT)
        async with store.transaction() as state:
            assert await state.number_report() == REPORT

    async def test_acceptances_are_kept_withdrawn_ones_too(self, store: Store) -> None:
        later = replace(ACCEPTANCE, at="2026-01-03", by="Bob")
        other = replace(ACCEPTANCE, overlap="o0", at="2026-01-03")
        withdrawn = replace(ACCEPTANCE, withdrawn_by="Eve", withdrawn_at="2026-01-04")
        async with store.transaction() as state:
            for one in (later, ACCEPTANCE, other):
                await state.put_acceptance(one)
            await state.put_acceptance(withdrawn)
        async with store.transaction() as state:
            assert await state.acceptances() == [withdrawn, other, later]
