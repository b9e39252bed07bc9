"""The operating unit of a quote, which the ERP defines, named on either side."""

from __future__ import annotations

from tests.engine.desk import Desk
from tests.engine.standing import at_rest


def unit(desk: Desk, party: str) -> str:
    """The id of an operating unit in the CRM."""
    (row,) = desk.find("msdyn_internalorganizations", msdyn_partynumber=party)
    found: str = row["msdyn_internalorganizationid"]
    return found


async def test_a_quotes_operating_unit_crosses_both_ways(both: Desk) -> None:
    quote = both.quote(both.account_id(), 3)
    address = f"/msdyn_internalorganizations({unit(both, 'OU-000001')})"
    both.edit("quotes", quote, **{"msdyn_operatingunit@odata.bind": address})
    await both.bench.run()
    number = both.number(quote)
    there = both.erp_quotation(number)
    assert there is not None
    assert there["OperatingUnitPartyNumber"] == "OU-000001"
    both.edit_quotation(number, OperatingUnitPartyNumber="OU-000002")
    await both.bench.run()
    assert both.row("quotes", quote)["_msdyn_operatingunit_value"] == unit(both, "OU-000002")
    both.edit_quotation(number, OperatingUnitPartyNumber="")
    await both.bench.run()
    assert both.row("quotes", quote)["_msdyn_operatingunit_value"] is None
    await at_rest(both)
