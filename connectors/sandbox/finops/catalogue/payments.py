"""Payment set-up: days, schedules, methods; tax groups and the customers' price groups."""

from __future__ import annotations

from connectors.sandbox.finops import sources
from connectors.sandbox.finops.catalogue.builder import entity
from connectors.sandbox.finops.entity import Entity

_NAME = {"dataAreaId": "company", "Name": "name"}
_CODE = {"dataAreaId": "company", "GroupCode": "code"}


def _group(kind: str, table: str, label: str) -> Entity:
    """One of the groups by which customers get prices and discounts."""
    return entity(
        f"{kind}CustomerGroups",
        f"{kind}CustomerGroup",
        f"PriceDisc{kind}CustomerGroupEntity",
        label,
        sources.single(table, _CODE),
        f"""
        dataAreaId {table}.company k
        GroupCode {table}.code k*
        GroupName {table}.name
        """,
        labels={"GroupCode": label.rstrip("s")},
    )


ENTITIES = (
    entity(
        "PaymentDaysCds",
        "PaymentDayCds",
        "PaymentDayCDSEntity",
        "Payment days CDS",
        sources.single("payment_day", _NAME),
        """
        dataAreaId payment_day.company k
        Name payment_day.name k*
        Description payment_day.description
        """,
        labels={"Name": "Payment day"},
    ),
    entity(
        "PaymentDayLinesCdsV2",
        "PaymentDayLineCdsV2",
        "PaymentDayLineCDSV2Entity",
        "Payment day lines CDS V2",
        sources.single("payment_day_line", {**_NAME, "LineNumber": "line"}),
        """
        dataAreaId payment_day_line.company k
        Name payment_day_line.name k*
        LineNumber payment_day_line.line k*
        Frequency payment_day_line.frequency
        DayOfWeek payment_day_line.weekday
        DayOfMonth payment_day_line.day
        """,
        labels={"Name": "Payment day"},
    ),
    entity(
        "PaymentSchedules",
        "PaymentSchedule",
        "PaymentScheduleEntity",
        "Payment schedule",
        sources.single("payment_schedule", _NAME),
        """
        dataAreaId payment_schedule.company k
        Name payment_schedule.name k*
        Description payment_schedule.description
        AllocationMethod payment_schedule.allocation
        PaymentFrequencyUnits payment_schedule.unit
        PaymentFrequency payment_schedule.frequency
        NumberOfPayments payment_schedule.payments
        FixedPaymentAmount payment_schedule.fixed
        MinimumPaymentAmount payment_schedule.minimum
        SalesTaxAllocationMethod payment_schedule.tax
        Notes payment_schedule.notes
        """,
        labels={"Name": "Payment schedule"},
    ),
    entity(
        "PaymentScheduleLines",
        "PaymentScheduleLine",
        "PaymentScheduleLineEntity",
        "Payment schedule lines",
        sources.single(
            "payment_schedule_line",
            {"dataAreaId": "company", "PaymentScheduleName": "name", "LineNumber": "line"},
        ),
        """
        dataAreaId payment_schedule_line.company k
        PaymentScheduleName payment_schedule_line.name k*
        LineNumber payment_schedule_line.line k*
        PeriodsAfterDueDate payment_schedule_line.periods
        PercentOrAmount payment_schedule_line.by
        PercentOrAmountValue payment_schedule_line.value
        """,
        labels={"PaymentScheduleName": "Payment schedule"},
    ),
    entity(
        "CustomerPaymentMethods",
        "CustomerPaymentMethod",
        "CustomerPaymentMethodEntity",
        "Customer payment method",
        sources.single("payment_method", _NAME),
        """
        dataAreaId payment_method.company k
        Name payment_method.name k*
        Description payment_method.description
        AccountType payment_method.account
        PaymentType payment_method.type
        PaymentStatus payment_method.status
        SumByPeriod payment_method.sum_by
        DiscountGracePeriodDays payment_method.grace
        LastFileNumber payment_method.file
        LastFileNumberToday payment_method.file_today
        BridgingPostingEnabled payment_method.bridging
        IsSEPA payment_method.sepa
        CreateAndDrawBillOfExchangeDuringInvoicePosting payment_method.bill
        EnablePostdatedCheckClearingPosting payment_method.postdated
        BillOfExchangeDraftType payment_method.draft
        DirectDebit payment_method.direct_debit
        """,
        labels={"Name": "Method of payment"},
    ),
    entity(
        "TaxGroups",
        "TaxGroup",
        "TaxGroupEntity",
        "Sales tax groups",
        sources.single("tax_group", {"dataAreaId": "company", "TaxGroupCode": "code"}),
        """
        dataAreaId tax_group.company k
        TaxGroupCode tax_group.code k*
        Description tax_group.description
        """,
        labels={"TaxGroupCode": "Sales tax group"},
    ),
    _group("Price", "price_group", "Price customer groups"),
    _group("TotalDiscount", "total_discount_group", "Total discount customer groups"),
    _group("LineDiscount", "line_discount_group", "Line discount customer groups"),
    _group("MultilineDiscount", "multiline_discount_group", "Multiline discount customer groups"),
)
