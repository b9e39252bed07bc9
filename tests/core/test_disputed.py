"""What a merge does with a value that both systems calculate and of which a person has decided."""

from __future__ import annotations

import pytest

from sync.core.compiled import CompiledMap
from sync.core.conflict import Conflict, ConflictKind, Take
from sync.core.link import Agreed
from sync.core.mapping import Direction, FieldMap, Half, Member, Owner, TableMap
from sync.core.merge import merge
from sync.core.merged import NOT_SYNCHRONISED
from sync.core.row import Side

QUOTE = CompiledMap(
    TableMap(
        "quotes",
        "1",
        "quote",
        Member("main", Side.CRM, "quotes", ("id",)),
        (Member("row", Side.ERP, "Quotations", ("KEY",)),),
        (
            FieldMap("key", Half("KEY", "row"), Half("key", "main"), key=True),
            FieldMap(
                "total",
                Half("TOTAL", "row"),
                Half("total", "main"),
                owner=Owner.ERP,
                direction=Direction.TO_CRM,
                calculated=True,
            ),
        ),
    )
)


@pytest.mark.parametrize("crm", ["10", "12"])
def test_a_calculated_value_that_is_left_is_not_brought_back(crm: str) -> None:
    """Left as it is, it is no difference; without the decision the ERP's is taken."""
    asked = Conflict(
        "c1", "l1", ConflictKind.FIRST_CONTACT, "total", crm=crm, erp="12", asked=Take.LEAVE
    )
    erp, here = {"key": "Q", "total": "12"}, {"key": "Q", "total": crm}
    base = {"key": Agreed("Q", "Q"), "total": Agreed("12", "12")}
    found = merge(QUOTE, erp, here, base, disputes={"total": (asked,)})
    assert found.writes == {Side.CRM: {}, Side.ERP: {}}
    assert found.agreed["total"] == Agreed("12", crm)
    assert found.marks == {"total": NOT_SYNCHRONISED}
    undecided = merge(QUOTE, erp, here, base)
    assert undecided.writes[Side.CRM] == ({} if crm == "12" else {"total": "12"})
