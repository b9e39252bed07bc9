"""A map whose lifecycle cannot work is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from mappings.loader import load_maps

from .folders import write
from .refusing import Wrong, refuse

QUOTE = """\
map: quotes
version: 1.0.0.0
kind: quote
company: {erp: dataAreaId, crm: msdyn_company}
erp:
  header: {table: CDSSalesQuotationHeaders, ids: [dataAreaId, SalesQuotationNumber]}
crm:
  main: {table: quotes, ids: [quoteid]}
lifecycle:
  initial: draft
  crm_owns: [{SalesQuotationOwnership: Sales}]
  states:
    draft: {erp: {SalesQuotationStatus: Created}, crm: {statecode: 0}}
    won: {erp: {SalesQuotationStatus: Confirmed}, crm: {statecode: 2}}
  moves:
    - from: draft
      to: won
      erp: {update: {SalesQuotationStatus: Confirmed}, convert: account, creates: [order]}
      crm: {action: WinQuote, with: {Status: 4}, update: {statecode: 2}}
fields:
  - {name: number, erp: SalesQuotationNumber, crm: msdyn_quotenumber, key: true}
  - {name: account, erp: CustomerNumber, crm: customerid, lookup: account}
"""
ORDER = """\
map: orders
version: 1.0.0.0
kind: order
company: {erp: dataAreaId, crm: msdyn_company}
erp:
  header: {table: CDSSalesOrderHeaders, ids: [dataAreaId, SalesOrderNumber]}
crm:
  main: {table: salesorders, ids: [salesorderid]}
lifecycle:
  initial: active
  led_by: {kind: quote, crm: quoteid, until: won}
  states:
    active: {erp: {SalesOrderStatus: Open}, crm: {statecode: 0}}
    gone: {erp: {SalesOrderStatus: Canceled}, crm: {statecode: 2}}
  moves:
    - {from: active, to: gone, crm: {update: {statecode: 2}}}
fields:
  - {name: number, erp: SalesOrderNumber, crm: msdyn_salesordernumber, key: true}
"""
MAPS = {"quotes": QUOTE, "orders": ORDER}

CASES = {
    "unknown first state": Wrong(
        "quotes", "initial: draft", "initial: drafd", "initial", None, "no state 'drafd'", "draft"
    ),
    "way to an unknown state": Wrong(
        "quotes", "to: won", "to: wonn", "to: wonn", None, "no state 'wonn'", "Did you mean won?"
    ),
    "two who say who owns it": Wrong(
        "quotes",
        "initial: draft",
        "initial: draft\n  owner: erp",
        "owner: erp",
        None,
        "the owner is fixed",
        "Leave one",
    ),
    "field of the state's name": Wrong(
        "quotes",
        "name: account,",
        "name: lifecycle,",
        "name: lifecycle",
        "lifecycle",
        "is the name of the record's state",
        "Rename it.",
    ),
    "lifecycle of a stage": Wrong(
        "quotes",
        "kind: quote",
        "kind: quote\nstage: draft\nrank: 1",
        "lifecycle",
        None,
        "a map of a stage has a lifecycle too",
        "Leave one",
    ),
    "parameters without action": Wrong(
        "quotes",
        "{action: WinQuote, with",
        "{with",
        "crm: {with",
        None,
        "only an action takes parameters",
        "Leave `with` out.",
    ),
    "others taken along in the CRM": Wrong(
        "quotes",
        "with: {Status: 4}",
        "creates: [order]",
        "crm: {action",
        None,
        "only the ERP's way",
        "Move `convert`",
    ),
    "converts what is no lookup": Wrong(
        "quotes",
        "convert: account",
        "convert: number",
        "erp: {update",
        None,
        "which is no lookup of this map",
        "account",
    ),
    "creates an unknown kind": Wrong(
        "quotes",
        "creates: [order]",
        "creates: [ordr]",
        "- from",
        None,
        "the kind 'ordr', which no map brings",
        "Did you mean order?",
    ),
    "led by an unknown kind": Wrong(
        "orders",
        "kind: quote,",
        "kind: quot,",
        "led_by",
        None,
        "the kind 'quot', which no map brings",
        "Did you mean quote?",
    ),
    "led until an unknown state": Wrong(
        "orders",
        "until: won",
        "until: wom",
        "led_by",
        None,
        "the kind 'quote' has no state 'wom'",
        "Did you mean won?",
    ),
    "led by a kind without states": Wrong(
        "orders",
        "kind: quote,",
        "kind: account,",
        "led_by",
        None,
        "the kind 'account' has no state 'won'",
        "Name a kind that has a lifecycle.",
    ),
    "led by its own kind": Wrong(
        "orders",
        "kind: quote, crm: quoteid, until: won",
        "kind: order, crm: quoteid, until: gone",
        "led_by",
        None,
        "the kinds need each other: order → order",
        "leave one `led_by` out",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_it_is_refused(case: str, tmp_path: Path) -> None:
    refuse(CASES[case], tmp_path, MAPS)


def test_the_unspoiled_maps_load(tmp_path: Path) -> None:
    maps = load_maps(gab=False, shipped=write(tmp_path / "maps", **MAPS))
    assert [m.id for m in maps][-2:] == ["quotes", "orders"]
