from __future__ import annotations

from connectors.sandbox.finops.actions import actions_of
from tests.sandbox.finops.worlds import SERVICE, World, refused


def test_conversion_keeps_number_and_party_and_takes_the_parameters_group(world: World) -> None:
    prospect = world.prospect()
    world.address(prospect["ProspectPartyNumber"], "1 Dock Rd", "Delivery")
    contact = world.contact(prospect["ProspectPartyNumber"], "Ann", "Bee")
    before = world.again("ContactPersons", contact)
    customer = world.convert("PR-000001")
    assert customer["CustomerGroupId"] == "10"
    assert customer["PartyNumber"] == prospect["ProspectPartyNumber"]
    assert customer["DeliveryAddressStreet"] == "1 Dock Rd"
    assert customer["ContactPersonId"] == contact["ContactPersonId"]
    assert world.again("Prospects", prospect)["ProspectRelationTypeId"] == "Customer"
    assert world.again("ContactPersons", contact) == before
    assert world.next_number("CustAccount") == 1


def test_the_prospects_own_values_win_over_the_parameters(world: World) -> None:
    world.prospect(CustomerGroupId="20", CurrencyCode="EUR", CreditRating="A")
    customer = world.convert("PR-000001")
    assert customer["CustomerGroupId"] == "20"
    assert (customer["SalesCurrencyCode"], customer["CreditRating"]) == ("EUR", "A")


def test_the_callers_group_wins_over_all(world: World) -> None:
    prospect = world.prospect(CustomerGroupId="20")
    customer = world.create(
        "CustomersV3",
        dataAreaId="usmf",
        CustomerAccount=prospect["ProspectId"],
        PartyNumber=prospect["ProspectPartyNumber"],
        CustomerGroupId="10",
    )
    assert customer["CustomerGroupId"] == "10"


def test_without_any_group_the_whole_conversion_is_refused(world: World) -> None:
    prospect = world.prospect()
    actions_of(world.system)["set-parameters"]({"company": "USMF", "prospect_customer_group": ""})
    with refused("mandatory", "Field 'Customer group' must be filled in."):
        world.convert("PR-000001")
    assert world.system.list("CustomersV3") == []
    assert world.again("Prospects", prospect)["ProspectRelationTypeId"] == "Prospect"


def test_a_plain_customer_needs_a_group(world: World) -> None:
    with refused("mandatory", "Field 'Customer group' must be filled in."):
        world.customer(CustomerGroupId="")


def test_a_prospects_number_with_another_party_is_no_conversion(world: World) -> None:
    world.prospect(CustomerGroupId="10")
    with refused("mandatory", "Customer group"):
        world.create(
            "CustomersV3",
            dataAreaId="usmf",
            CustomerAccount="PR-000001",
            OrganizationName="Someone else",
        )


def test_the_relation_type_needs_the_customer_of_that_party(world: World) -> None:
    prospect = world.prospect()
    with refused("rule", "there is no customer account of that number"):
        world.update("Prospects", prospect, ProspectRelationTypeId="Customer")
    world.customer("Taken", CustomerAccount="PR-000001")
    with refused("rule", "belongs to another party"):
        world.update("Prospects", prospect, ProspectRelationTypeId="Customer")


def test_a_taken_number_refuses_the_whole_changeset(world: World) -> None:
    prospect = world.prospect()
    world.customer("Taken", CustomerAccount="PR-000001")
    with refused(
        "duplicate",
        "Cannot create a record in Customers (CustTable). Customer account: PR-000001. "
        "The record already exists.",
    ):
        world.convert("PR-000001")
    assert world.again("Prospects", prospect)["ProspectRelationTypeId"] == "Prospect"


def test_a_converted_prospect_is_frozen(world: World) -> None:
    prospect = world.prospect()
    world.convert("PR-000001")
    for change in (
        {"ProspectRelationTypeId": "Prospect"},
        {"ProspectName": "Other"},
        {"Note": "x"},
        {"PrimaryPhoneNumber": "1"},
        {"AddressStreet": "1 Main"},
    ):
        with refused("frozen", "has been converted to a customer and cannot be edited"):
            world.update("Prospects", prospect, **change)
    world.update("Prospects", prospect, ProspectRelationTypeId="Customer")
    with refused("in-use", "cannot be deleted"):
        world.delete("Prospects", prospect)


def test_the_name_still_shows_through_a_converted_prospect(world: World) -> None:
    prospect = world.prospect()
    customer = world.convert("PR-000001")
    world.update("CustomersV3", customer, OrganizationName="Alpha GmbH")
    assert world.again("Prospects", prospect)["ProspectName"] == "Alpha GmbH"


def test_the_contact_stays_under_the_same_number(world: World) -> None:
    prospect = world.prospect()
    world.contact(prospect["ProspectPartyNumber"], "Ann", "Bee")
    (before,) = world.system.list("CDSContactPersonsV2")
    world.convert("PR-000001")
    (after,) = world.system.list("CDSContactPersonsV2")
    assert after["AssociatedContactNumber"] == before["AssociatedContactNumber"] == "PR-000001"
    assert after["ContactPersonId"] == before["ContactPersonId"]


def test_the_forms_conversion_does_the_same(world: World) -> None:
    prospect = world.prospect()
    convert = actions_of(world.system)["convert-prospect"]
    assert convert({"company": "USMF", "number": "PR-000001"})["relation"] == "Customer"
    (customer,) = world.system.list("CustomersV3")
    assert (customer["CustomerAccount"], customer["CustomerGroupId"]) == ("PR-000001", "10")
    assert world.again("Prospects", prospect)["ProspectRelationTypeId"] == "Customer"
    with refused("frozen", "already been converted"):
        convert({"company": "USMF", "number": "PR-000001"})


def test_the_forms_conversion_is_refused_when_the_number_is_taken(world: World) -> None:
    prospect = world.prospect()
    world.customer("Taken", CustomerAccount="PR-000001")
    with refused("duplicate", "Customer account: PR-000001"):
        actions_of(world.system)["convert-prospect"]({"company": "USMF", "number": "PR-000001"})
    assert world.again("Prospects", prospect)["ProspectRelationTypeId"] == "Prospect"
    assert len(world.system.list("CustomersV3")) == 1


def test_the_form_completes_a_half_done_conversion(world: World) -> None:
    prospect = world.prospect()
    world.system.create(
        "CustomersV3",
        {
            "dataAreaId": "usmf",
            "CustomerAccount": "PR-000001",
            "PartyNumber": prospect["ProspectPartyNumber"],
        },
        SERVICE,
    )
    actions_of(world.system)["convert-prospect"]({"company": "USMF", "number": "PR-000001"})
    assert world.again("Prospects", prospect)["ProspectRelationTypeId"] == "Customer"


def test_converting_nothing_is_refused(world: World) -> None:
    convert = actions_of(world.system)["convert-prospect"]
    with refused("missing", "No resources were found"):
        convert({"company": "USMF", "number": "PR-000009"})
    with refused("request", "needs 'number'"):
        convert({"company": "USMF"})


def test_parameters_are_checked(world: World) -> None:
    change = actions_of(world.system)["set-parameters"]
    answer = change({"company": "USMF", "prospect_customer_group": "20"})
    assert answer["prospect_customer_group"] == "20"
    assert change({"company": "USMF", "customer_group": "10"})["prospect_customer_group"] == "10"
    assert change({"company": "USMF", "customer_group": None})["prospect_customer_group"] == ""
    with refused("reference", "Customer group"):
        change({"company": "USMF", "prospect_customer_group": "99"})
    with refused("request", "no parameter 'colour'"):
        change({"company": "USMF", "colour": "red"})
    with refused("request", "no company"):
        change({"company": "ZZZZ", "prospect_customer_group": "10"})
