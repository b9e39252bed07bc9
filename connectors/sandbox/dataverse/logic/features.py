"""What the ERP's features say: which of the quote's rules are in force.

Source: dual-write quote-to-cash (feature management states; without them the lifecycle logic does
nothing), Dynamics 365 Sales integration parameters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from connectors.sandbox.dataverse.system import DataverseSystem

LIFECYCLE: Final = (
    "Integrate Sales Quotation lifecycle with Dynamics 365 Sales",
    "Integrate quotation lifecycles",
    "Quote lifecycle",
)
PRICE_MASTER: Final = (
    "Make Supply Chain Management price master when integrated with Dynamics 365 Sales",
    "Make Supply Chain Management price master",
    "Supply Chain Management price engine",
)
"""Each by the feature's name, by the parameter's, which replaced it, and in short."""

_TABLE: Final = "msdyn_supplychainfeaturestate"
_ON = 0


def lifecycle_on(system: DataverseSystem) -> bool:
    """Whether the ownership rules of the quote's lifecycle are in force."""
    return _on(system, LIFECYCLE)


def price_master_on(system: DataverseSystem) -> bool:
    """Whether the ERP alone computes amounts and totals."""
    return _on(system, PRICE_MASTER)


def integrated(system: DataverseSystem) -> bool:
    """Whether the ERP processes orders and makes invoices (the organisation's SOP integration)."""
    return any(
        bool(row["issopintegrationenabled"]) for row in system.storage.rows("organization").values()
    )


def _on(system: DataverseSystem, names: tuple[str, ...]) -> bool:
    for name in names:
        for row_id in system.indexes.find(_TABLE, ("msdyn_name",), (name,)):
            row = system.storage.get(_TABLE, row_id)
            if row is not None and row["statecode"] == _ON:
                return True
    return False
