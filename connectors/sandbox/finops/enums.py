"""Enumerations of the ERP, by member name in the order of their numbers.

The first member is what an empty column holds. Source: Microsoft docs, public enumerations of the
finance and operations data entities.
"""

from __future__ import annotations

from collections.abc import Mapping

_MONTHS = (
    "None January February March April May June July August September October November December"
)

ENUMS: Mapping[str, tuple[str, ...]] = {
    name: tuple(members.split())
    for name, members in {
        "NoYes": "No Yes",
        "DirPartyType": "None Person Organization LegalEntity Team OperatingUnit",
        "DirOrganizationABCCode": "None A B C",
        "DirPersonGender": "Unknown Male Female NonSpecific",
        "DirPersonMaritalStatus": "None Single Married Divorced Widowhood",
        "MonthsOfYear": _MONTHS,
        "LogisticsElectronicAddressMethodType": (
            "None Phone Email URL Telex Fax Facebook Twitter LinkedIn"
        ),
        "CustVendorBlocked": "No Invoice All Payment Requisition Never PurchOrder",
        "InvoiceOrderAccount": "InvoiceAccount OrderAccount",
        "SmmContactPersonCdsAssociatedContactType": "Customer Vendor",
        "SmmActivitySensitivity": "Normal Personal Private Confidential",
        "PaymMethod": "Net CurrentMth CurrentQuart CurrentYear CurrentWeek COD CutOffDate",
        "CreditCardPaymentType": "NA CreditCard",
        "CreditCardCreditCheckType": "Normal ByPass",
        "EcoResProductType": "Item Service",
        "UnitOfMeasureClass": "Undefined Quantity Length Area Mass LiquidVolume DryVolume Time",
        "UnitOfMeasureSystemOfUnits": "None Metric US",
        "NumberSequenceScopeType": "DataArea Global",
    }.items()
}
"""Enumeration name to its members."""
