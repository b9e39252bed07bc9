"""Fields of set-up that this scope only carries: released products, sites, warehouses.

Each line is a field of the entity and its kind; the base table's column has the field's name in
lower case. Source: dual-write table maps (released products V2, sites, warehouses).
"""

from __future__ import annotations

from typing import Final

RELEASED_PRODUCT: Final = """
ApproximateSalesTaxPercentage d
BestBeforePeriodDays i
CarryingCostABCCode e:ABC
ConstantScrapQuantity d
CostChargesQuantity d
DefaultReceivingQuantity d
FixedCostCharges d
FixedPurchasePriceCharges d
FixedSalesPriceCharges d
GrossDepth d
GrossProductHeight d
GrossProductWidth d
IntrastatChargePercentage d
IsCatchWeightProduct e:NoYes
IsDiscountPOSRegistrationProhibited e:NoYes
IsExemptFromAutomaticNotificationAndCancellation e:NoYes
IsInstallmentEligible e:NoYes
IsIntercompanyPurchaseUsageBlocked e:NoYes
IsIntercompanySalesUsageBlocked e:NoYes
IsManualDiscountPOSRegistrationProhibited e:NoYes
IsPhantom e:NoYes
IsPOSRegistrationBlocked e:NoYes
IsPOSRegistrationQuantityNegative e:NoYes
IsPurchasePriceAutomaticallyUpdated e:NoYes
IsPurchasePriceIncludingCharges e:NoYes
IsRestrictedForCoupons e:NoYes
IsSalesPriceAdjustmentAllowed e:NoYes
IsSalesPriceIncludingCharges e:NoYes
IsSalesWithholdingTaxCalculated e:NoYes
IsScaleProduct e:NoYes
IsShipAloneEnabled e:NoYes
IsUnitCostAutomaticallyUpdated e:NoYes
IsUnitCostIncludingCharges e:NoYes
IsUnitCostProductVariantSpecific e:NoYes
IsVariantShelfLabelsPrintingEnabled e:NoYes
IsZeroPricePOSRegistrationAllowed e:NoYes
KeyInPriceRequirementsAtPOSRegister e:RetailPriceKeyingRequirement
KeyInQuantityRequirementsAtPOSRegister e:RetailQtyKeyingRequirement
MarginABCCode e:ABC
MaximumCatchWeightQuantity d
MaximumPickQuantity d
MinimumCatchWeightQuantity d
MustKeyInCommentAtPOSRegister e:NoYes
NecessaryProductionWorkingTimeSchedulingPropertyId s10
NetProductWeight d
PackingDutyQuantity d
POSRegistrationActivationDate D
POSRegistrationBlockedDate D
POSRegistrationPlannedBlockedDate D
PotencyBaseAttibuteTargetValue d
PotencyBaseAttributeValueEntryEvent e:PDSPotencyAttribRecordingEnum
ProductionConsumptionDensityConversionFactor d
ProductionConsumptionDepthConversionFactor d
ProductionConsumptionHeightConversionFactor d
ProductionConsumptionWidthConversionFactor d
ProductVolume d
PurchaseChargesQuantity d
PurchaseOverdeliveryPercentage d
PurchasePrice d
PurchasePriceDate D
PurchasePriceQuantity d
PurchasePricingPrecision i
PurchaseUnderdeliveryPercentage d
RawMaterialPickingPrinciple e:WHSRawMaterialPickingPrinciple
SalesChargesQuantity d
SalesOverdeliveryPercentage d
SalesPriceCalculationChargesPercentage d
SalesPriceCalculationContributionRatio d
SalesPriceCalculationModel e:SalesPriceModel
SalesPriceDate D
SalesPricingPrecision i
SalesUnderdeliveryPercentage d
ScaleIndicator e:RetailScaleIndicator
SellStartDate D
ShelfAdvicePeriodDays i
ShelfLifePeriodDays i
ShipStartDate D
TareProductWeight d
TransferOrderOverdeliveryPercentage d
TransferOrderUnderdeliveryPercentage d
UnitCostDate D
UnitCostQuantity d
VariableScrapPercentage d
WarehouseMobileDeviceDescriptionLine1 s20
WarehouseMobileDeviceDescriptionLine2 s20
WillInventoryIssueAutomaticallyReportAsFinished e:NoYes
WillInventoryReceiptIgnoreFlushingPrinciple e:NoYes
WillPickingWorkbenchApplyBoxingLogic e:NoYes
WillTotalPurchaseDiscountCalculationIncludeProduct e:NoYes
WillTotalSalesDiscountCalculationIncludeProduct e:NoYes
WillWorkCenterPickingAllowNegativeInventory e:NoYes
YieldPercentage d
"""

WAREHOUSE: Final = """
AreAdvancedWarehouseManagementProcessesEnabled e:NoYes
AreItemsCoveragePlannedManually e:NoYes
AreLaborStandardsAllowed e:NoYes
ArePickingListsDeliveryModeSpecific e:NoYes
ArePickingListsShipmentSpecificOnly e:NoYes
AreWarehouseLocationCheckDigitsUnique e:NoYes
AutoUpdateShipmentRule e:WHSAutoUpdateShipment
DefaultContainerTypeId s20
ExternallyLocatedWarehouseCustomerAccountNumber s20
ExternallyLocatedWarehouseVendorAccountNumber s20
InventoryCountingReasonCodePolicyName s60
InventoryStatusChangeReservationRemovalLevel e:WHSInventStatusChangeReserveRemoval
IsBillOfLadingPrintingBeforeShipmentConfirmationEnabled e:NoYes
IsFallbackWarehouse e:NoYes
IsFinancialNegativeRetailStoreInventoryAllowed e:NoYes
IsPalletMovementDuringCycleCountingAllowed e:NoYes
IsPhysicalNegativeRetailStoreInventoryAllowed e:NoYes
IsRefilledFromMainWarehouse e:NoYes
IsRetailStoreWarehouse e:NoYes
MasterPlanningWorkCalendardId s10
MaximumBatchPickingListQuantity i
MaximumPickingListLineQuantity i
RawMaterialPickingInventoryIssueStatus e:WHSRawMaterialIssueStatus
RetailStoreQuantityAllocationReplenismentRuleWeight d
ShouldWarehouseLocationIdIncludeAisleId e:NoYes
WarehouseLocationIdBinIdFormat s10
WarehouseLocationIdRackIdFormat s10
WarehouseLocationIdShelfIdFormat s10
WarehouseReleaseReservationRequirementRule e:WHSReleaseReservationRule
WarehouseSpecificDefaultInventoryStatusId s10
WarehouseWorkProcessingPolicyName s60
WillAutomaticLoadReleaseReserveInventory e:NoYes
WillInventoryStatusChangeRemoveBlocking e:NoYes
WillManualLoadReleaseReserveInventory e:NoYes
WillOrderReleasingConsolidateShipments e:NoYes
WillProductionBOMsReserveWarehouseLevelOnly e:NoYes
WillShippingCancellationDecrementLoadQuanity e:NoYes
WillWarehouseLocationIdIncludeBinIdByDefault e:NoYes
WillWarehouseLocationIdIncludeRackIdByDefault e:NoYes
WillWarehouseLocationIdIncludeShelfIdByDefault e:NoYes
"""

SITE: Final = """
DefaultInventoryStatusId s10
FiscalEstablishmentId s20
IsReceivingWarehouseOverrideAllowed e:NoYes
TaxBranchCode s20
WillMasterPlannedIntrasiteMovementsUseTransferJournals e:NoYes
"""

PLACE: Final = """
PrimaryAddressCityInKana s60
PrimaryAddressLocationSalesTaxGroupCode s10
PrimaryAddressStreetInKana s250
"""
"""Of the address of a site or warehouse."""


def columns(text: str) -> str:
    """The fields as columns of a base table, in its notation."""
    return " ".join(f"{name.lower()} {kind}" for name, kind in _pairs(text))


def fields(text: str, table: str) -> str:
    """The fields of an entity, in its notation."""
    return "\n".join(f"{name} {table}.{name.lower()}" for name, _ in _pairs(text))


def _pairs(text: str) -> list[tuple[str, str]]:
    words = text.split()
    return list(zip(words[::2], words[1::2], strict=True))
