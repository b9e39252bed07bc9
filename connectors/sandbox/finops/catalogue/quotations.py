"""Sales quotations, their lines, and the journals that sending and confirming write.

Source: dual-write table maps, Dynamics 365 Sales quotation header and CDS sales quotation lines.
"""

from __future__ import annotations

from connectors.sandbox.finops import sources
from connectors.sandbox.finops.catalogue.builder import entity
from connectors.sandbox.finops.catalogue.documents import (
    delivery_fields,
    header_fields,
    invoice_fields,
    line_fields,
    line_labels,
)
from connectors.sandbox.finops.catalogue.journals import journal

HEADERS = entity(
    "CDSSalesQuotationHeaders",
    "CDSSalesQuotationHeader",
    "SalesQuotationHeaderCDSEntity",
    "Dynamics 365 Sales quotation header",
    sources.single("quotation", {"dataAreaId": "company", "SalesQuotationNumber": "number"}),
    """
    dataAreaId quotation.company k
    SalesQuotationNumber quotation.number k
    SalesQuotationName quotation.name
    RequestingCustomerAccountNumber quotation.customer
    ProspectId quotation.prospect
    OpportunityId quotation.opportunity
    SalesQuotationStatus quotation.status
    SalesQuotationHeaderCreationMethod quotation.origin r
    SalesQuotationOwnership quotation.ownership r
    GeneratedSalesOrderNumber quotation.order
    SalesQuotationExpiryDate quotation.expiry
    SalesQuotationFollowUpDate quotation.follow_up
    SalesQuotationConfirmationDate quotation.confirmed
    ReceiptDateRequested quotation.requested_receipt
    CustomersReference quotation.reference
    QuotationResponsiblePersonnelNumber quotation.responsible
    QuotationTakerPersonnelNumber quotation.taker
    AreTotalsCalculated quotation.calculated r
    QuotationTotalAmount quotation.total r
    QuotationTotalTaxAmount quotation.tax_total r
    QuotationTotalDiscountAmount quotation.line_discounts r
    QuotationTotalChargesAmount quotation.charges_total r
    """
    + header_fields("quotation")
    + delivery_fields("quotation", "FormattedDeliveryAddress")
    + invoice_fields("quotation"),
    labels={
        "SalesQuotationNumber": "Quotation",
        "SalesQuotationStatus": "Status",
        "SalesQuotationHeaderCreationMethod": "Origin",
        "SalesQuotationOwnership": "Ownership",
        "RequestingCustomerAccountNumber": "Customer account",
        "ProspectId": "Prospect",
        "CurrencyCode": "Currency",
        "GeneratedSalesOrderNumber": "Sales order",
    },
)

LINES = entity(
    "CDSSalesQuotationLines",
    "CDSSalesQuotationLine",
    "SalesQuotationLineCDSEntity",
    "CDS sales quotation lines",
    sources.single(
        "quotation_line",
        {
            "dataAreaId": "company",
            "LineCreationSequenceNumber": "line",
            "SalesQuotationNumber": "number",
        },
    ),
    """
    dataAreaId quotation_line.company k
    LineCreationSequenceNumber quotation_line.line k
    SalesQuotationNumber quotation_line.number k*
    RequestedSalesQuantity quotation_line.quantity
    SalesQuotationStatus quotation_line.status
    SalesQuotationPromisingMethod quotation_line.promising
    """
    + line_fields("quotation_line")
    + delivery_fields("quotation_line", "FormattedDeliveryAddress", ""),
    labels={
        **line_labels(),
        "SalesQuotationNumber": "Quotation",
        "RequestedSalesQuantity": "Quantity",
        "SalesQuotationStatus": "Status",
    },
)

JOURNALS = journal(
    "SalesQuotationJournalHeaders",
    "SalesQuotationJournalHeader",
    "CustQuotationJourEntity",
    "quotation_journal",
    "SalesQuotationNumber",
)

CONFIRMATIONS = journal(
    "SalesQuotationConfirmationHeaders",
    "SalesQuotationConfirmationHeader",
    "CustQuotationConfirmJourEntity",
    "quotation_confirmation",
    "SalesQuotationNumber",
)

OWNERSHIP_LOG = entity(
    "SalesQuotationOwnershipChangeLogs",
    "SalesQuotationOwnershipChangeLog",
    "SalesQuotationOwnershipChangeLogEntity",
    "Sales quotation ownership changes",
    sources.single(
        "ownership_log",
        {"dataAreaId": "company", "SalesQuotationNumber": "number", "EntryNumber": "entry"},
    ),
    """
    dataAreaId ownership_log.company k
    SalesQuotationNumber ownership_log.number k
    EntryNumber ownership_log.entry k
    OwnershipBefore ownership_log.before
    OwnershipAfter ownership_log.after
    ChangedDateTime ownership_log.changed
    ChangedBy ownership_log.user
    """,
    read_only=True,
)

ENTITIES = (HEADERS, LINES, JOURNALS, CONFIRMATIONS, OWNERSHIP_LOG)
