"""A contact that buys is a consumer for ever.

Source: dual-write customer mapping (without the address book a non-sellable contact that is used
on a quote or order becomes sellable, and never goes back); prospects become customers by
conversion only.
"""

from __future__ import annotations

from connectors.sandbox.dataverse.logic.rules import RULES
from connectors.sandbox.dataverse.logic.work import Work


@RULES.on("after", "quote", "salesorder")
def make_sellable(work: Work) -> None:
    """Using a contact as the customer of a quote or order makes it sellable."""
    if work.gab or not work.changed("_customerid_value"):
        return
    contact = work.other("contact", work.row["_customerid_value"])
    if contact is not None and not contact["msdyn_sellable"] and not contact["msdyn_isprospect"]:
        work.change("contact", contact["contactid"], {"msdyn_sellable": True})
