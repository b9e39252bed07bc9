"""What became of a drawn number, by the rows of the record that has it."""

from __future__ import annotations

import pytest

from sync.core.drawn import Use, made_on, use_of
from sync.core.link import MAIN, Link, client_row_id
from sync.core.row import Side


def a_link(*, crm: bool = False, erp: bool = False, ours: bool = False, made: bool = False) -> Link:
    link = Link("l1", "account", "usmf|cu-1", {"code": "CU-1"}, "USMF", made=made)
    if crm:
        link.bind(Side.CRM, MAIN, client_row_id(link, MAIN) if ours else "a-guid")
    if erp:
        link.bind(Side.ERP, "prospect", "usmf,CU-1")
    return link


@pytest.mark.parametrize(
    ("link", "side"),
    [
        (a_link(crm=True), Side.CRM),
        (a_link(erp=True), Side.ERP),
        (a_link(crm=True, erp=True, made=True), Side.CRM),
        (a_link(crm=True, erp=True, made=True, ours=True), Side.ERP),
        (a_link(crm=True, erp=True), None),
        (a_link(made=True), Side.CRM),
        (a_link(), None),
    ],
)
def test_where_people_made_a_record(link: Link, side: Side | None) -> None:
    assert made_on(link) == side


def test_what_became_of_a_number() -> None:
    assert use_of(Side.CRM, None) is Use.UNUSED
    assert use_of(Side.CRM, a_link(crm=True)) is Use.USED
    assert use_of(Side.ERP, a_link(crm=True)) is Use.OTHER_SIDE
    assert use_of(Side.ERP, a_link(crm=True, erp=True)) is Use.USED
