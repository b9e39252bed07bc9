"""One disagreement of every kind, as people bring it about in the two systems."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import msgspec

from sync.core.conflict import Conflict, ConflictKind
from sync.core.link import Neutral
from sync.core.mapping import Owner
from sync.core.sides import RECORDS, Sides
from sync.engine.options import ServiceOptions
from tests.engine.bench import Bench
from tests.engine.conftest import running
from tests.engine.desk import Desk
from tests.simulation.systems import CRM_PERSON, ERP_PERSON, INTEGRATION

FIRST: dict[str, Neutral] = {"name": "First"}
Told = tuple[Bench, Sides]
"""Where it was brought about, and what the conflict has to say of the sides."""


async def linked(bench: Bench) -> str:
    """A-1 is a prospect on both sides; returns the CRM's row id."""
    row_id = bench.new_account("A-1", "First")
    await bench.start()
    return row_id


async def clash() -> Told:
    """Both give A-1 a name of their own, which is left to a person."""
    bench = Bench()
    row_id = await linked(bench)
    fields = tuple(
        msgspec.structs.replace(field, owner=Owner.MANUAL) if field.name == "name" else field
        for field in bench.map("prospects-accounts").fields
    )
    bench.change_map("prospects-accounts", fields=fields)
    bench.edit_account(row_id, name="By the CRM")
    bench.edit_prospect("A-1", ProspectName="By the ERP")
    return bench, Sides({"name": "By the CRM"}, {"name": "By the ERP"}, FIRST, FIRST)


async def edit_against_delete() -> Told:
    """An e-mail address is deleted in the ERP while it is edited in the CRM."""
    bench = Bench(gab=True)
    bench.new_account("A-1", "First", emailaddress1="first@example.com")
    await bench.start()
    (mail,) = bench.erp.list("PartyContactsV3")
    table = "msdyn_partyelectronicaddresses"
    (row,) = bench.crm.list(table)
    key = {name: mail[name] for name in ("PartyNumber", "ElectronicAddressId")}
    bench.erp.delete("PartyContactsV3", key, ERP_PERSON)
    edited = {"msdyn_locator": "second@example.com"}
    bench.crm.update(table, row["msdyn_partyelectronicaddressid"], edited, CRM_PERSON)
    base: dict[str, Neutral] = {"locator": "first@example.com"}
    return bench, Sides({"locator": "second@example.com"}, None, base, base)


async def deleted() -> Told:
    """A-1 is deleted in the CRM."""
    bench = Bench()
    bench.delete_account(await linked(bench))
    return bench, Sides(None, FIRST, FIRST, FIRST)


async def number_taken() -> Told:
    """A-1 is to be converted, and the ERP has a customer of another party by that number."""
    bench = Bench()
    row_id = await linked(bench)
    bench.new_customer("A-1", "Another Inc")
    bench.edit_account(row_id, customertypecode=3)
    number: dict[str, Neutral] = {"number": "A-1"}
    theirs = ("prospect First EPA-000001", "customer Another Inc EPA-000002")
    return bench, Sides(
        {**number, RECORDS: ("customer First EPA-000001",)},
        {**number, RECORDS: theirs},
        number,
        number,
    )


async def two_candidates() -> Told:
    """Two accounts have the number of one prospect, since the CRM's key is not active yet."""
    bench = Bench()
    setattr(bench.crm.writer, "_check_keys", lambda *_of: None)  # noqa: B010
    rows = sorted(bench.new_account("A-1", name) for name in ("One", "Other"))
    bench.new_prospect("A-1", "First")
    await bench.start()
    return bench, Sides(
        {"number": "A-1", RECORDS: tuple(rows)},
        {"number": "A-1", RECORDS: ("prospect First EPA-000001",)},
    )


async def key_edited() -> Told:
    """The number of A-1 is edited in the CRM."""
    bench = Bench()
    bench.edit_account(await linked(bench), accountnumber="A-9")
    agreed: dict[str, Neutral] = {"number": "A-1", "company": "USMF"}
    return bench, Sides({**agreed, "number": "A-9"}, agreed, agreed, agreed)


async def first_contact() -> Told:
    """Both have A-1 before the maps are started, and no master is named."""
    bench = Bench()
    bench.new_account("A-1", "By the CRM")
    bench.new_prospect("A-1", "By the ERP")
    await bench.start("none")
    return bench, Sides({"name": "By the CRM"}, {"name": "By the ERP"}, {}, {})


async def refused() -> Told:
    """The ERP refuses a prospect without a name."""
    bench = Bench()
    bench.edit_account(await linked(bench), name="")
    return bench, Sides({"name": None}, FIRST, FIRST, FIRST)


async def unfit() -> Told:
    """The CRM's name of A-1 is longer than the ERP holds."""
    bench = Bench()
    bench.edit_account(await linked(bench), name="x" * 101)
    return bench, Sides({"name": "x" * 101}, FIRST, FIRST, FIRST)


async def stage() -> Told:
    """A customer is made a prospect again, as only an integration can."""
    bench = Bench()
    row_id = await linked(bench)
    bench.edit_account(row_id, customertypecode=3)
    await bench.run()
    bench.crm.update("accounts", row_id, {"customertypecode": 8}, INTEGRATION)
    return bench, Sides("prospect", "customer", "customer", "customer")


async def sent() -> tuple[Desk, str]:
    """A quote that both sides have as sent; returns its id."""
    desk = await running()
    quote = desk.quote(desk.account_id(), 3)
    desk.activate(quote)
    await desk.bench.run()
    return desk, quote


async def won_and_lost() -> Told:
    """A quote is lost in the ERP, to which it was handed over, and won in the CRM meanwhile."""
    desk, quote = await sent()
    number = desk.number(quote)
    desk.act("change-quotation-ownership", number, ownership="SCM")
    desk.act("lose-quotation", number)
    desk.create_order(quote)
    return desk.bench, Sides("confirmed", "lost", "sent", "sent")


async def not_owner() -> Told:
    """A quote is activated in the CRM just when it is handed over to the ERP."""
    desk = await running()
    quote = desk.quote(desk.account_id(), 3)
    await desk.bench.run()
    desk.act("change-quotation-ownership", desk.number(quote), ownership="SCM")
    desk.activate(quote)
    return desk.bench, Sides("sent", "draft", "draft", "draft")


async def held_order() -> Told:
    """The ERP refuses the order of a quote, for want of a customer group."""
    desk, quote = await sent()
    desk.act("set-parameters", "", customer_group="")
    desk.create_order(quote)
    return desk.bench, Sides(
        {"lifecycle": "confirmed"},
        {"lifecycle": "sent"},
        {"lifecycle": "sent"},
        {"lifecycle": "sent"},
    )


async def missing_reference() -> Told:
    """A contact waits for its account, whose name does not fit, for longer than a day."""
    bench = Bench(options=ServiceOptions(reference_deadline_seconds=0.0))
    account = bench.new_account("A-1", "x" * 101)
    parent = {"parentcustomerid_account@odata.bind": f"/accounts({account})"}
    bench.crm.create("contacts", {"lastname": "One", **parent}, CRM_PERSON)
    await bench.start()
    return bench, Sides({"account": "usmf|a-1"}, None, {}, {})


async def ping_pong() -> Told:
    """A name is rewritten more often than is allowed, which is not at all."""
    bench = Bench(options=ServiceOptions(rewrite_budget=0))
    bench.edit_account(await linked(bench), name="Second")
    return bench, Sides({"name": "Second"}, FIRST, FIRST, FIRST)


async def two_of_one_number() -> Told:
    """A prospect is typed in the CRM and a customer in the ERP, under one number."""
    bench = Bench()
    await bench.start()
    bench.new_account("A-1", "First")
    bench.new_customer("A-1", "Another Inc")
    return bench, Sides(
        {"number": "A-1", RECORDS: ("prospect First",)},
        {"number": "A-1", RECORDS: ("customer Another Inc EPA-000001",)},
    )


async def number_of_another_type() -> Told:
    """A prospect of the CRM, an organisation, has the number of a person of the ERP."""
    bench = Bench()
    await bench.start()
    body = {"CustomerAccount": "A-1", "PartyType": "Person", "CustomerGroupId": "10"}
    names = {"PersonFirstName": "Otto", "PersonLastName": "Other"}
    bench.erp.create("CustomersV3", {**body, **names}, ERP_PERSON)
    await bench.run()
    bench.new_account("A-1", "First")
    return bench, Sides(
        {"number": "A-1", RECORDS: ("prospect First",)},
        {"number": "A-1", RECORDS: ("of another type EPA-000001",)},
    )


async def number_of_a_linked_record() -> Told:
    """A customer of the ERP crosses, and its number was typed on another account meanwhile."""
    bench = Bench()
    row_id = await linked(bench)
    bench.edit_account(row_id, accountnumber="A-9")
    bench.new_customer("A-9", "Somebody else")
    row = f"crm:accounts({row_id}), linked as account A-1"
    return bench, Sides(
        {"number": "A-9", RECORDS: (row,)},
        {"number": "A-9", RECORDS: ("customer Somebody else EPA-000002",)},
    )


Scene = Callable[[], Awaitable[Told]]
SCENES: dict[ConflictKind, Scene] = {
    ConflictKind(scene.__name__): scene
    for scene in (
        clash,
        edit_against_delete,
        deleted,
        number_taken,
        two_candidates,
        key_edited,
        first_contact,
        refused,
        unfit,
        stage,
        not_owner,
        held_order,
        missing_reference,
        ping_pong,
    )
}
"""Kind → what brings it about."""

MORE: tuple[tuple[ConflictKind, Scene], ...] = (
    (ConflictKind.STAGE, won_and_lost),
    (ConflictKind.NUMBER_TAKEN, two_of_one_number),
    (ConflictKind.NUMBER_TAKEN, number_of_another_type),
    (ConflictKind.NUMBER_TAKEN, number_of_a_linked_record),
)
"""Other ways to some of them."""


async def brought_about(
    kind: ConflictKind, scene: Scene | None = None
) -> tuple[Bench, Conflict, Sides]:
    """A service that stands in an open conflict of a kind, and what that has to say."""
    bench, told = await (scene or SCENES[kind])()
    await bench.run()
    found = await bench.conflicts(kind=kind, state="open")
    assert found, f"there is no conflict {kind}"
    named = [one for one in found if one.field in (None, *_names(told))] or found
    return bench, named[0], told


def _names(told: Sides) -> tuple[str, ...]:
    return tuple(told.crm) if isinstance(told.crm, dict) else ()
