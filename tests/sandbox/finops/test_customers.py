from __future__ import annotations

from tests.sandbox.finops.worlds import World, refused


def test_a_customer_draws_its_number_and_defaults(world: World) -> None:
    row = world.customer(CustomerGroupId="10")
    assert (row["CustomerAccount"], row["PartyNumber"]) == ("CU-000001", "EPA-000001")
    assert (row["SalesCurrencyCode"], row["PaymentTerms"]) == ("USD", "Net30")
    assert world.customer("Other")["PaymentTerms"] == ""


def test_a_customer_reuses_a_party(world: World) -> None:
    party = world.create("CDSParties", PartyType="Organization", OrganizationName="Shared")
    row = world.customer("Shared", PartyNumber=party["PartyNumber"])
    assert len(world.system.list("CDSParties")) == 1
    assert row["OrganizationName"] == "Shared"


def test_an_unknown_party_is_refused(world: World) -> None:
    with refused("reference", "Party record not found for party type 'Organization'"):
        world.customer(PartyNumber="CPA-000001")
    assert world.system.list("CustomersV3") == []


def test_a_person_customer_is_named_by_parts(world: World) -> None:
    row = world.create(
        "CustomersV3",
        dataAreaId="usmf",
        PartyType="Person",
        PersonFirstName="Dora",
        PersonLastName="Ek",
        CustomerGroupId="10",
    )
    assert (row["PartyType"], row["OrganizationName"]) == ("Person", "")
    world.update("CustomersV3", row, PersonLastName="Ek-Lund")
    party = world.system.get("CDSParties", {"PartyNumber": row["PartyNumber"]})
    assert party is not None
    assert party["PersonLastName"] == "Ek-Lund"
    with refused("rule", "organization name"):
        world.update("CustomersV3", row, OrganizationName="Ltd")


def test_references_are_checked(world: World) -> None:
    for field, value in (
        ("CustomerGroupId", "99"),
        ("SalesCurrencyCode", "XXX"),
        ("PaymentTerms", "Net99"),
        ("InvoiceAccount", "CU-000099"),
        ("ContactPersonId", "ECP-000099"),
    ):
        with refused("reference", f"The value '{value}' in field"):
            world.customer(**{field: value})
    row = world.customer()
    world.update("CustomersV3", row, InvoiceAccount=row["CustomerAccount"])
    with refused("reference", "is not found in the relating table"):
        world.update("CustomersV3", row, InvoiceAccount="nobody")


def test_mandatory_fields_cannot_be_emptied(world: World) -> None:
    row = world.customer()
    with refused("mandatory", "Field 'Customer group' must be filled in."):
        world.update("CustomersV3", row, CustomerGroupId="")
    with refused("mandatory", "Field 'Name' must be filled in."):
        world.update("CustomersV3", row, OrganizationName="")


def test_the_account_and_party_are_fixed(world: World) -> None:
    row = world.customer()
    for field in ("CustomerAccount", "PartyNumber"):
        with refused("frozen", "does not allow editing"):
            world.update("CustomersV3", row, **{field: "X"})


def test_addresses_by_role_are_made_and_changed_through_the_customer(world: World) -> None:
    row = world.customer(DeliveryAddressStreet="1 Dock", DeliveryAddressCountryRegionISOCode="US")
    assert row["DeliveryAddressCountryRegionId"] == "USA"
    assert row["DeliveryAddressLocationRoles"] == "Delivery"
    assert row["AddressStreet"] == "1 Dock"
    assert row["InvoiceAddressStreet"] == ""
    world.update("CustomersV3", row, InvoiceAddressStreet="2 Bill", DeliveryAddressCity="Kent")
    row = world.again("CustomersV3", row)
    assert (row["InvoiceAddressStreet"], row["DeliveryAddressCity"]) == ("2 Bill", "Kent")
    assert row["DeliveryAddressLocationId"] != row["InvoiceAddressLocationId"]
    links = {
        link["LocationId"]: link for link in world.system.list("CDSPartyPostalAddressLocations")
    }
    assert links[row["DeliveryAddressLocationId"]]["IsPrimary"] == "Yes"
    assert links[row["InvoiceAddressLocationId"]]["Purpose"] == "Invoice"


def test_customer_postal_addresses_list_every_address(world: World) -> None:
    row = world.customer()
    world.address(row["PartyNumber"], "1 Dock", "Delivery")
    world.address(row["PartyNumber"], "2 Bill", "Invoice;Business")
    listed = world.system.list("CustomerPostalAddresses")
    assert [(item["AddressStreet"], item["IsRoleBusiness"]) for item in listed] == [
        ("1 Dock", "No"),
        ("2 Bill", "Yes"),
    ]
    key = world.key("CustomerPostalAddresses", listed[0])
    assert world.system.get("CustomerPostalAddresses", key) == listed[0]
    with refused("read-only", "does not allow this operation", status=405):
        world.create("CustomerPostalAddresses", AddressStreet="3")


def test_an_invoice_account_in_use_cannot_be_deleted(world: World) -> None:
    payer = world.customer("Payer")
    user = world.customer("User", InvoiceAccount=payer["CustomerAccount"])
    with refused("in-use", "invoice account"):
        world.delete("CustomersV3", payer)
    world.delete("CustomersV3", user)
    world.delete("CustomersV3", payer)
    assert world.system.list("CustomersV3") == []


def test_contact_ways_with_particulars(world: World) -> None:
    row = world.customer(
        PrimaryContactPhone="555",
        PrimaryContactPhoneExtension="12",
        PrimaryContactEmail="x@y.example",
        PrimaryContactEmailDescription="office",
    )
    assert row["PrimaryContactPhoneExtension"] == "12"
    assert row["PrimaryContactEmailDescription"] == "office"
    with refused("mandatory", "Contact number/address"):
        world.update("CustomersV3", row, PrimaryContactFaxDescription="a fax without number")


def test_one_address_shown_twice_takes_both_edits(world: World) -> None:
    row = world.customer(DeliveryAddressStreet="1 Dock", DeliveryAddressCity="Kent")
    world.update(
        "CustomersV3",
        row,
        AddressCity="Renton",
        AddressLocationRoles="Delivery;Business",
        DeliveryAddressStreet="2 Dock",
        DeliveryAddressDescription="Gate",
    )
    after = world.again("CustomersV3", row)
    assert (after["AddressStreet"], after["AddressCity"]) == ("2 Dock", "Renton")
    assert (after["AddressDescription"], after["AddressLocationRoles"]) == (
        "Gate",
        "Delivery;Business",
    )
