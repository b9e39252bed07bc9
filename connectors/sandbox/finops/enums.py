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
        "OMOperatingUnitType": (
            "None OMDepartment OMCostCenter OMValueStream OMBusinessUnit OMAnyOU RetailChannel"
        ),
        "EcoResProductType": "Item Service",
        "EcoResCategoryNamedHierarchyRole": (
            "None Procurement Sales Retail Commodity Financials RetailSpecialGroup "
            "RetailVendorProductHierarchy RetailChannelNavigation PackingMaterials_W "
            "CommonDataService CostManagement EngineeringProduct"
        ),
        "FieldServiceProductType": "Inventory NonInventory Service",
        "UnitOfMeasureClass": "Undefined Quantity Length Area Mass LiquidVolume DryVolume Time",
        "UnitOfMeasureSystemOfUnits": "None Metric US",
        "UnitOfMeasureConversionRounding": "Nearest Up Down",
        "WeekMonth": "Week Month",
        "WeekDays": "None Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
        "PaymSchedBy": "Total AmountByPayment NumOfPayment Specified",
        "PeriodUnit": "Day Month Year",
        "PaymSchedTaxDistribution": "Proportional FirstRate LastRate",
        "PercentAmount": "Percent Amount",
        "LedgerJournalACType": "Ledger Cust Vend Project FixedAssets Bank",
        "CustPaymentType": "Other ElectronicPayment Check BillOfExchange CreditCard",
        "CustVendPaymStatus": "None Sent Recieved Confirmed Rejected",
        "PaymSumBy": "Invoice TransDate Week Total",
        "TypeOfDraft": "NoDraft NoAcceptance Acceptance Promissory BankAcceptance",
        "InventLocationType": "Standard Quarantine Transit GoodsInRoute_RU ITMGIT ITMUnder",
        "WMSFreightChargeTerms": "Prepaid Collect ThirdParty NoFreight",
        "LogisticsLocationRoleType": (
            "None Invoice Delivery SWIFT Payment Service Home Other Business RemitTo Statement "
            "FixedAsset OneTime Recruit SMS Lading_W Unlading_W HeadCompany_IT "
            "StableOrganization_IT"
        ),
        "ABC": "None A B C",
        "RetailPriceKeyingRequirement": "NotMandatory NewPrice HigherEqual LowerEqual NoPrice",
        "RetailQtyKeyingRequirement": "NotMandatory KeyIn NotKeyIn",
        "PDSPotencyAttribRecordingEnum": "PurchProdReceipt Quality",
        "WHSRawMaterialPickingPrinciple": "Staging OrderPicking",
        "SalesPriceModel": "None ContributionRatio PercentMarkup",
        "RetailScaleIndicator": "Relevant NotRelevant",
        "WHSAutoUpdateShipment": "Always OnQuantityDecrease",
        "WHSInventStatusChangeReserveRemoval": "None Reservation MarkingReservation",
        "WHSRawMaterialIssueStatus": "Pick Reserve",
        "WHSReleaseReservationRule": "NotApplicable AllowPartialReservation RequireFullReservation",
        "NumberSequenceScopeType": "DataArea Global",
        "SalesQuotationStatus": (
            "Created Sent Confirmed Lost Cancelled Reset Modified Submitted Approved Revised"
        ),
        "SalesQuotationCreationMethod": "SCM Dynamics365Sales",
        "SalesQuotationOwnership": "BasedOnOrigin SCM Dynamics365Sales",
        "SalesStatus": "None Backorder Delivered Invoiced Canceled",
        "SalesDocumentStatus": "None Confirmation PickingList PackingSlip Invoice",
        "SalesOrderProcessingStatus": (
            "Active Confirmed Picked PartiallyDelivered Delivered Invoiced PartiallyInvoiced "
            "Canceled DeliveredPartiallyInvoiced"
        ),
        "SalesDeliveryDateControlType": (
            "None SalesLeadTime ATP ATPPlusIssueMargin CTP FullRunCTP"
        ),
    }.items()
}
"""Enumeration name to its members."""
