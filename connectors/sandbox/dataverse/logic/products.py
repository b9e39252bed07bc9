"""Units and products as the integration brings them: unit groups, the state of a new product.

Source: dual-write product mapping. One unit group per unit class of the ERP, flagged externally
maintained; its first unit is its base unit, which the integration cannot delete. A new product is
a draft unless the setting "Create products in active state" says otherwise.
"""

from __future__ import annotations

from connectors.sandbox.dataverse import refusals
from connectors.sandbox.dataverse.logic.rules import RULES
from connectors.sandbox.dataverse.logic.work import Work

DRAFT = {"statecode": 2, "statuscode": 0}


@RULES.on("before", "uom")
def join_group(work: Work) -> None:
    """A unit of an ERP's unit class stands in that class's group, which the first one makes."""
    name = work.row["msdyn_externalunitclassname"]
    if not work.new or name is None or work.row["_uomscheduleid_value"] is not None:
        return
    groups = work.where("uomschedule", name=name)
    if groups:
        work.row["_uomscheduleid_value"] = groups[0]["uomscheduleid"]
    else:
        made = work.insert(
            "uomschedule",
            {"name": name, "baseuomname": work.row["name"], "msdyn_externallymaintained": True},
        )
        work.row["_uomscheduleid_value"] = made["uomscheduleid"]
        work.row["isschedulebaseuom"] = True
    if work.row["quantity"] is None:
        work.row["quantity"] = 1


@RULES.on("removed", "uom")
def keep_base_unit(work: Work) -> None:
    """A group's base unit is deleted in the CRM first, by a person."""
    if work.row["isschedulebaseuom"] and work.context.caller.is_integration:
        raise refusals.business(
            f"Unit {work.row['name']} is the primary unit of its unit group and cannot be deleted."
        )


@RULES.on("before", "msdyn_unitofmeasureconversion")
def name_conversion(work: Work) -> None:
    """A conversion is called by its units."""
    units = [
        work.other("uom", work.row[f"_{column}_value"])
        for column in ("msdyn_fromunit", "msdyn_tounit")
    ]
    work.row["msdyn_name"] = " - ".join(str(unit["name"]) for unit in units if unit is not None)


@RULES.on("before", "product")
def settle_product(work: Work) -> None:
    """The product's own number, its unit group, and the state in which it is born."""
    row = work.row
    if row["productnumber"] is None:
        row["productnumber"] = row["msdyn_productnumber"]
    unit = work.other("uom", row["_defaultuomid_value"])
    if unit is not None and work.changed("_defaultuomid_value"):
        row["_defaultuomscheduleid_value"] = unit["_uomscheduleid_value"]
    if work.new and "statecode" not in work.sent and not _born_active(work):
        row.update(DRAFT)


def _born_active(work: Work) -> bool:
    settings = work.system.storage.rows("organization").values()
    return all(row["createproductsinactivestate"] for row in settings)
