"""The assertions that hold for every scenario, after its last step.

The same events a second time change nothing: no version moves, no row appears, no number is
drawn, no lead is touched; and a number has one record on each side.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from connectors.sandbox.people.scenarios import snapshots
from connectors.sandbox.people.scenarios.steps import Scenario, Step
from connectors.sandbox.people.scenarios.world import World

_NAMES = {"accounts": "name", "contacts": "lastname", "quotes": "name", "salesorders": "name"}


def with_repetition(scenario: Scenario) -> Scenario:
    """A scenario, with what holds for each as its last step."""
    run = partial(repeat, marker=f"MARK-{scenario.number}")
    step = Step(f"{scenario.number} again", "The same events again change nothing", run)
    return replace(scenario, steps=(*scenario.steps, step))


def repeat(world: World, marker: str) -> None:
    """Every record that the scenarios remember is saved once more, as it is.

    Args:
        world: where.
        marker: the number of a prospect of its own, whose changes tell that the rest has crossed.
    """
    account = world.crm.new_account(marker, f"Marker {marker}")["accountid"]
    world.until(f"ERP: prospect {marker}", lambda: world.erp.prospect(marker))
    expected = snapshots.settled(world)
    expected |= _save_again(world, expected)
    _tell_again(world, expected)
    _marks_cross(world, marker, account)
    marks = [("crm", "accounts", account), ("erp", "Prospects", world.erp.company, marker)]
    moved = [row for row in snapshots.moved(expected, snapshots.take(world)) if row not in marks]
    world.holds("both: no row came, went or moved, no number was drawn", moved, [])
    accounts = snapshots.twice(world.crm.rows("accounts"), "accountnumber", "_msdyn_company_value")
    world.holds("CRM: one account per number and company", accounts, [])
    people = world.crm.rows("contacts")
    contacts = snapshots.twice(people, "msdyn_contactpersonid", "_msdyn_company_value")
    world.holds("CRM: one contact per number and company", contacts, [])


def _save_again(world: World, known: snapshots.Snapshot) -> snapshots.Snapshot:
    """Save what the scenarios remember once more in the CRM; the versions that this gives."""
    saved: snapshots.Snapshot = {}
    for row_id in _remembered(world):
        for table, column in _NAMES.items():
            if ("crm", table, row_id) in known:
                value = world.sales.row(table, row_id)[column]
                row = world.crm.change(table, row_id, {column: value})
                saved["crm", table, row_id] = row["@odata.etag"]
    world.holds("CRM: something was saved again", bool(saved))
    return saved


def _tell_again(world: World, known: snapshots.Snapshot) -> None:
    """Save the customers that the scenarios remember once more in the ERP."""
    mine = _remembered(world)
    for (side, table, *key), row in known.items():
        if (side, table) == ("erp", "CustomersV3") and key[1] in mine:
            where = {"dataAreaId": key[0], "CustomerAccount": key[1]}
            world.erp.change("CustomersV3", where, {"CustomerGroupId": row["CustomerGroupId"]})


def _remembered(world: World) -> set[str]:
    return {value for value in world.memory.values() if isinstance(value, str)}


def _marks_cross(world: World, marker: str, account: str) -> None:
    """A change each way: what was going to cross before has crossed by then."""
    there, here = world.crm.group("20"), world.crm.group("10")
    bind = f"/msdyn_customergroups({there})"
    world.crm.change("accounts", account, {"msdyn_customergroupid@odata.bind": bind})
    world.until(
        "a later change has crossed to the ERP",
        lambda: (world.erp.prospect(marker) or {})["CustomerGroupId"],
        lambda seen: seen == "20",
    )
    world.erp.change_prospect(marker, CustomerGroupId="10")
    world.until(
        "a later change has crossed to the CRM",
        lambda: world.sales.row("accounts", account)["_msdyn_customergroupid_value"],
        lambda seen: seen == here,
    )
