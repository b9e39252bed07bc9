"""New quotations: whom they are for, what they take over, who owns them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.sandbox.finops.selling import QUOTATION_LINES, QUOTATIONS, Desk, quoted
from tests.sandbox.finops.worlds import PERSON, SERVICE, World, refused


def test_a_quotation_for_a_prospect_with_product_and_quantity_only(world: World) -> None:
    world.prospect(CurrencyCode="EUR")
    desk = Desk(world)
    number = desk.quotation("PR-000001")
    line = desk.quote_line(number, 3)
    quotation = desk.see(QUOTATIONS, number)
    assert number == "SQ-000001"
    assert quotation["ProspectId"] == "PR-000001"
    assert quotation["RequestingCustomerAccountNumber"] == ""
    assert quotation["InvoiceCustomerAccountNumber"] == ""
    assert quotation["SalesQuotationStatus"] == "Created"
    assert quotation["CurrencyCode"] == "EUR"
    assert quotation["LanguageId"] == "en-us"
    assert quotation["SalesQuotationName"] == "Alpha Ltd"
    assert quotation["SalesQuotationExpiryDate"] == "2026-12-20T12:00:00Z"
    assert quotation["RequestedShippingDate"] == "2026-11-20T12:00:00Z"
    assert quotation["QuotationTotalAmount"] == Decimal("3600.00")
    assert line["LineCreationSequenceNumber"] == 1
    assert line["ProductName"] == "Projector Television"
    assert (line["SalesUnitSymbol"], line["SalesPrice"]) == ("ea", Decimal("1200.00"))
    assert (line["SalesPriceQuantity"], line["LineAmount"]) == (Decimal(1), Decimal("3600.00"))
    assert line["CurrencyCode"] == "EUR"
    assert line["SalesQuotationStatus"] == "Created"


def test_a_quotation_takes_over_what_its_customer_has(world: World) -> None:
    payer = world.customer("Payer", CustomerAccount="C-PAY")
    world.address(payer["PartyNumber"], "9 Bill St", "Invoice")
    customer = world.customer(
        "Gamma",
        CustomerAccount="C-1",
        InvoiceAccount="C-PAY",
        PaymentTerms="Net10",
        SalesCurrencyCode="EUR",
        PrimaryContactEmail="gamma@example.com",
        LanguageId="de",
    )
    world.address(customer["PartyNumber"], "5 Primary Rd", "Business")
    location = world.address(customer["PartyNumber"], "1 Dock Rd", "Delivery")["LocationId"]
    contact = world.contact(customer["PartyNumber"], "Ann", "Bee")["ContactPersonId"]
    desk = Desk(world)
    quotation = desk.see(QUOTATIONS, desk.quotation("C-1"))
    assert quotation["RequestingCustomerAccountNumber"] == "C-1"
    assert quotation["InvoiceCustomerAccountNumber"] == "C-PAY"
    assert quotation["PaymentTermsName"] == "Net10"
    assert (quotation["CurrencyCode"], quotation["LanguageId"]) == ("EUR", "de")
    assert quotation["Email"] == "gamma@example.com"
    assert quotation["ContactPersonId"] == contact
    assert quotation["DeliveryAddressStreet"] == "1 Dock Rd"
    assert quotation["DeliveryAddressLocationId"] == location
    assert quotation["DeliveryAddressCountryRegionISOCode"] == "US"
    assert quotation["FormattedDeliveryAddress"] == "1 Dock Rd\nSeattle\nUSA"
    assert quotation["IsDeliveryAddressOrderSpecific"] == "No"
    assert quotation["InvoiceAddressStreet"] == "9 Bill St"


def test_persons_are_quoted_like_organisations(world: World) -> None:
    world.prospect("Dora Ek", ProspectPartyType="Person")
    desk = Desk(world)
    assert desk.see(QUOTATIONS, desk.quotation("PR-000001"))["SalesQuotationName"] == "Dora Ek"


def test_a_typed_address_is_the_quotations_own_and_its_lines_follow(world: World) -> None:
    world.prospect()
    desk = Desk(world)
    number = desk.quotation(
        "PR-000001", DeliveryAddressStreet="7 Own St", DeliveryAddressCountryRegionISOCode="DE"
    )
    desk.quote_line(number)
    desk.quote_line(number, DeliveryAddressStreet="8 Line St")
    quotation = desk.see(QUOTATIONS, number)
    assert quotation["DeliveryAddressCountryRegionId"] == "DEU"
    assert quotation["IsDeliveryAddressOrderSpecific"] == "Yes"
    desk.set(QUOTATIONS, number, DeliveryAddressStreet="9 New St")
    assert desk.see(QUOTATIONS, number)["FormattedDeliveryAddress"] == "9 New St\nDEU"
    assert desk.see(QUOTATION_LINES, number, 1)["DeliveryAddressStreet"] == "9 New St"
    assert desk.see(QUOTATION_LINES, number, 2)["DeliveryAddressStreet"] == "8 Line St"


def test_an_address_of_the_party_can_be_chosen_and_typed_over(world: World) -> None:
    prospect = world.prospect()
    desk = Desk(world)
    number = desk.quotation("PR-000001")
    place = world.address(prospect["ProspectPartyNumber"], "1 Dock Rd", "Delivery")["LocationId"]
    desk.set(QUOTATIONS, number, DeliveryAddressLocationId=place)
    chosen = desk.see(QUOTATIONS, number)
    assert chosen["DeliveryAddressStreet"] == "1 Dock Rd"
    assert chosen["IsDeliveryAddressOrderSpecific"] == "No"
    desk.set(QUOTATIONS, number, DeliveryAddressCountryRegionISOCode="us")
    assert desk.see(QUOTATIONS, number) == chosen
    desk.set(QUOTATIONS, number, DeliveryAddressStreet="2 Dock Rd")
    typed = desk.see(QUOTATIONS, number)
    assert (typed["DeliveryAddressLocationId"], typed["DeliveryAddressCity"]) == ("", "Seattle")
    assert typed["IsDeliveryAddressOrderSpecific"] == "Yes"
    with refused("reference", "'ELO-9' in field 'Delivery address'"):
        desk.set(QUOTATIONS, number, DeliveryAddressLocationId="ELO-9")


def test_default_order_settings_tell_quantity_and_stop_an_item(world: World) -> None:
    world.prospect()
    desk = Desk(world)
    number = desk.quotation("PR-000001")
    (row,) = world.system.list("ProductDefaultOrderSettings")
    world.update("ProductDefaultOrderSettings", row, StandardSalesOrderQuantity=6)
    line = {"SalesQuotationNumber": number, "ProductNumber": "P0001"}
    assert world.create(QUOTATION_LINES, dataAreaId="usmf", **line)["RequestedSalesQuantity"] == 6
    world.update("ProductDefaultOrderSettings", row, IsSalesProcessingStopped="Yes")
    with refused("rule", "Item P0001 is stopped for Sales order."):
        world.create(QUOTATION_LINES, dataAreaId="usmf", **line)


@pytest.mark.parametrize(
    ("body", "code", "text"),
    [
        ({}, "mandatory", "Field 'Customer account' must be filled in."),
        ({"ProspectId": "PR-9"}, "reference", "'PR-9' in field 'Prospect' is not found"),
        (
            {"RequestingCustomerAccountNumber": "C-9"},
            "reference",
            "'C-9' in field 'Customer account' is not found",
        ),
        (
            {"RequestingCustomerAccountNumber": "CU-000001", "ProspectId": "PR-000001"},
            "rule",
            "cannot both be specified",
        ),
        ({"ProspectId": "PR-000001", "CurrencyCode": "XXX"}, "reference", "'Currency'"),
        ({"ProspectId": "PR-000001", "PaymentTermsName": "X"}, "reference", "'Terms of payment'"),
        ({"ProspectId": "PR-000001", "SalesQuotationNumber": "Q-1"}, "duplicate", "Q-1"),
        (
            {"ProspectId": "PR-000001", "SalesQuotationOwnership": "SCM"},
            "frozen",
            "Field 'Ownership' does not allow editing.",
        ),
    ],
)
def test_what_a_new_quotation_is_refused_for(
    world: World, body: dict[str, str], code: str, text: str
) -> None:
    world.prospect()
    world.customer()
    Desk(world).quotation("PR-000001", SalesQuotationNumber="Q-1")
    with refused(code, text):
        world.create(QUOTATIONS, dataAreaId="usmf", **body)


def test_a_converted_prospect_is_quoted_as_the_customer(world: World) -> None:
    world.prospect()
    world.convert("PR-000001")
    row = world.create(QUOTATIONS, dataAreaId="usmf", ProspectId="PR-000001")
    assert row["RequestingCustomerAccountNumber"] == "PR-000001"
    assert row["ProspectId"] == ""
    assert row["InvoiceCustomerAccountNumber"] == "PR-000001"


@pytest.mark.parametrize("default", ["BasedOnOrigin", "SCM", "Dynamics365Sales"])
@pytest.mark.parametrize(
    ("caller", "origin"), [(PERSON, "SCM"), (SERVICE, "Dynamics365Sales")], ids=["erp", "crm"]
)
def test_origin_is_who_inserts_and_ownership_the_parameter(
    world: World, default: str, caller: object, origin: str
) -> None:
    world.prospect()
    Desk(world).act("set-parameters", "", default_ownership=default)
    desk = Desk(world, SERVICE if caller is SERVICE else PERSON)
    quotation = desk.see(QUOTATIONS, desk.quotation("PR-000001"))
    assert quotation["SalesQuotationHeaderCreationMethod"] == origin
    assert quotation["SalesQuotationOwnership"] == default


def test_without_integrated_lifecycles_every_quotation_is_the_erps(world: World) -> None:
    Desk(world).act("set-parameters", "", integrate_quotation_lifecycles=False)
    world.prospect()
    desk = Desk(world, SERVICE)
    number = desk.quotation("PR-000001")
    assert desk.see(QUOTATIONS, number)["SalesQuotationHeaderCreationMethod"] == "SCM"
    assert desk.act("send-quotation", number)["status"] == "Sent"


def test_without_integrated_prospects_only_the_erp_quotes_them(world: World) -> None:
    Desk(world).act("set-parameters", "", integrate_prospects="No")
    world.prospect()
    assert Desk(world).quotation("PR-000001") == "SQ-000001"
    with refused("rule", "Prospect PR-000001 cannot be quoted from Dynamics 365 Sales"):
        Desk(world, SERVICE).quotation("PR-000001")


def test_a_conversion_carries_the_open_quotations_over_and_no_others(world: World) -> None:
    prospect = world.prospect()
    world.address(prospect["ProspectPartyNumber"], "2 Bill St", "Invoice")
    open_ones = [quoted(world, owner, account="PR-000001") for owner in ("SCM", "Dynamics365Sales")]
    sent = quoted(world, status="Sent", account="PR-000001")
    lost = quoted(world, status="Lost", account="PR-000001")
    answer = Desk(world).act("convert-prospect", sent)
    assert answer == {"company": "usmf", "number": "PR-000001", "relation": "Customer"}
    for number in (*open_ones, sent):
        quotation = Desk(world).see(QUOTATIONS, number)
        assert quotation["ProspectId"] == ""
        assert quotation["RequestingCustomerAccountNumber"] == "PR-000001"
        assert quotation["InvoiceCustomerAccountNumber"] == "PR-000001"
        assert quotation["PaymentTermsName"] == "Net30"
    assert Desk(world).see(QUOTATIONS, sent)["SalesQuotationStatus"] == "Sent"
    assert Desk(world).see(QUOTATIONS, lost)["ProspectId"] == "PR-000001"
    (customer,) = world.system.list("CustomersV3")
    assert customer["CustomerGroupId"] == "10"
    assert world.next_number("CustAccount") == 1


def test_a_quotation_without_a_prospect_has_nothing_to_convert(world: World) -> None:
    with refused("rule", "its account type is Customer"):
        Desk(world).act("convert-prospect", quoted(world))


def test_whoever_is_quoted_stays(world: World) -> None:
    prospect, customer = world.prospect(), world.customer()
    quoted(world, account="PR-000001")
    quoted(world, account=customer["CustomerAccount"])
    with refused("in-use", "sales quotation SQ-000001 is for it"):
        world.delete("Prospects", prospect)
    with refused("in-use", "sales quotation SQ-000002 is for it"):
        world.delete("CustomersV3", customer)


def test_line_numbers_are_drawn_given_and_never_used_again(world: World) -> None:
    world.prospect()
    desk = Desk(world)
    number = desk.quotation("PR-000001")
    assert desk.quote_line(number)["LineCreationSequenceNumber"] == 1
    assert desk.quote_line(number, LineCreationSequenceNumber=7)["LineCreationSequenceNumber"] == 7
    assert desk.quote_line(number)["LineCreationSequenceNumber"] == 8
    desk.remove(QUOTATION_LINES, number, 8)
    assert desk.quote_line(number)["LineCreationSequenceNumber"] == 9
    assert desk.quote_line(number, LineCreationSequenceNumber=10)["LineAmount"] == Decimal(3600)
    listed = world.system.list(QUOTATION_LINES)
    assert [row["LineCreationSequenceNumber"] for row in listed] == [1, 7, 9, 10]
    with refused("duplicate", "Line creation sequence number: 7"):
        desk.quote_line(number, LineCreationSequenceNumber=7)


@pytest.mark.parametrize(
    ("body", "code", "text"),
    [
        ({"ProductNumber": "P9"}, "reference", "'P9' in field 'Product number'"),
        (
            {"ProductNumber": ""},
            "mandatory",
            "Field 'Product number' or 'Sales category' must be filled",
        ),
        ({"SalesUnitSymbol": "furlong"}, "reference", "'furlong' in field 'Unit'"),
        ({"SalesQuotationNumber": "Q-9"}, "reference", "'Q-9' in field 'Sales quotation'"),
        ({"LineAmount": 1}, "frozen", "Field 'Net amount' does not allow editing."),
    ],
)
def test_what_a_line_is_refused_for(
    world: World, body: dict[str, object], code: str, text: str
) -> None:
    world.prospect()
    desk = Desk(world)
    number = desk.quotation("PR-000001")
    with refused(code, text):
        desk.quote_line(number, **body)


def test_a_quotation_is_made_by_an_operating_unit_that_exists(world: World) -> None:
    world.prospect()
    desk = Desk(world)
    number = desk.quotation("PR-000001", OperatingUnitPartyNumber="OU-000002")
    (row,) = desk.rows(QUOTATIONS, SalesQuotationNumber=number)
    assert row["OperatingUnitPartyNumber"] == "OU-000002"
    with refused("reference", "'OU-9' in field 'Operating unit' is not found"):
        desk.quotation("PR-000001", OperatingUnitPartyNumber="OU-9")


def test_a_write_in_line_has_a_category_in_place_of_a_product(world: World) -> None:
    world.prospect()
    desk = Desk(world)
    line = desk.quote_line(
        desk.quotation("PR-000001"),
        2,
        ProductNumber="",
        SalesProductCategoryName="Services",
        SalesPrice=Decimal("12.50"),
    )
    assert line["LineAmount"] == Decimal("25.00")


def test_deleting_a_quotation_takes_its_lines_along(world: World) -> None:
    number = quoted(world)
    Desk(world).remove(QUOTATIONS, number)
    assert not world.system.list(QUOTATIONS)
    assert not world.system.list(QUOTATION_LINES)
