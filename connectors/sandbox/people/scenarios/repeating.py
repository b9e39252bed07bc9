"""What holds for every scenario once all have been played.

The same events a second time change nothing: no version moves, no row appears, no number is
drawn, no lead is touched; and a number has one record on each side. One look serves all of them,
for it reads everything that both systems hold.
"""

from __future__ import annotations

from connectors.sandbox.people.crm import PROSPECT
from connectors.sandbox.people.scenarios import snapshots
from connectors.sandbox.people.scenarios.steps import Scenario, Step
from connectors.sandbox.people.scenarios.world import World

MARKER = "MARK-001"
_NAMES = {"accounts": "name", "contacts": "lastname", "quotes": "name", "salesorders": "name"}


def mark(world: World) -> None:
    """A prospect of its own, whose changes tell that everything before them has crossed."""
    made = world.crm.new_account(MARKER, "Marker Ltd")
    world.memory["marker"] = made["accountid"]
    world.until(f"ERP: prospect {MARKER}", lambda: world.erp.prospect(MARKER))
    world.holds("CRM: a prospect", made["customertypecode"], PROSPECT)
    _marks_cross(world)


def repeat(world: World) -> None:
    """Every record that the scenarios remember is saved once more, as it is."""
    expected = snapshots.settled(world)
    expected |= _save_again(world, expected)
    _tell_again(world, expected)
    _marks_cross(world)
    marks = [
        ("crm", "accounts", world.memory["marker"]),
        ("erp", "Prospects", world.erp.company, MARKER),
    ]
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


def _marks_cross(world: World) -> None:
    """A change each way: what was going to cross before has crossed by then."""
    account = world.memory["marker"]
    there, here = world.crm.group("20"), world.crm.group("10")
    bind = f"/msdyn_customergroups({there})"
    world.crm.change("accounts", account, {"msdyn_customergroupid@odata.bind": bind})
    world.until(
        "a later change has crossed to the ERP",
        lambda: (world.erp.prospect(MARKER) or {})["CustomerGroupId"],
        lambda seen: seen == "20",
    )
    world.erp.change_prospect(MARKER, CustomerGroupId="10")
    world.until(
        "a later change has crossed to the CRM",
        lambda: world.sales.row("accounts", account)["_msdyn_customergroupid_value"],
        lambda seen: seen == here,
    )


ALL = Scenario(
    "All",
    "What holds for every scenario",
    (
        Step("All.1", "A prospect of its own crosses, and changes of it each way", mark),
        Step("All.2", "The same events again change nothing", repeat),
    ),
)
