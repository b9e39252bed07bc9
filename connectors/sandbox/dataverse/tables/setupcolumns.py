"""Columns of set-up that this scope only carries: released products, sites, warehouses.

Source: dual-write table maps (released products V2, sites, warehouses).
"""

RELEASED_PRODUCT = """  msdyn_approximatesalestaxpercentage dec2
  msdyn_bestbeforeperioddays int
  msdyn_carryingcostabccode choice:abc3 =806380000
  msdyn_constantscrapquantity dec2
  msdyn_costchargesquantity dec2
  msdyn_defaultreceivingquantity dec2
  msdyn_fixedcostcharges dec2
  msdyn_fixedpurchasepricecharges dec2
  msdyn_fixedsalespricecharges dec2
  msdyn_grossdepth dec2
  msdyn_grossproductheight dec2
  msdyn_grossproductwidth dec2
  msdyn_intrastatchargepercentage dec2
  msdyn_iscatchweight bool =false
  msdyn_isdiscountposregistrationprohibited bool =false
  msdyn_exemptautomaticnotificationcancel bool =false
  msdyn_isinstallmenteligible bool =false
  msdyn_isintercompanypurchaseusageblocked bool =false
  msdyn_isintercompanysalesusageblocked bool =false
  msdyn_ismanualdiscposregistrationprohibited bool =false
  msdyn_isphantom bool =false
  msdyn_isposregistrationblocked bool =false
  msdyn_isposregistrationquantitynegative bool =false
  msdyn_ispurchasepriceautomaticallyupdated bool =false
  msdyn_ispurchasepriceincludingcharges bool =false
  msdyn_isrestrictedforcoupons bool =false
  msdyn_issalespriceadjustmentallowed bool =false
  msdyn_issalespriceincludingcharges bool =false
  msdyn_issaleswithholdingtaxcalculated bool =false
  msdyn_isscaleproduct bool =false
  msdyn_isshipaloneenabled bool =false
  msdyn_isunitcostautomaticallyupdated bool =false
  msdyn_isunitcostincludingcharges bool =false
  msdyn_isunitcostproductvariantspecific bool =false
  msdyn_isvariantshelflabelsprintingenabled bool =false
  msdyn_iszeropriceposregistrationallowed bool =false
  msdyn_keyinpricerequirementsatposregister choice:pricekeying =806380000
  msdyn_keyinquantityrequirementsatposregister choice:quantitykeying =806380000
  msdyn_marginabccode choice:abc3 =806380000
  msdyn_maximumcatchweightquantity dec2
  msdyn_maximumpickquantity dec2
  msdyn_minimumcatchweightquantity dec2
  msdyn_mustkeyincommentatposregister bool =false
  msdyn_necessaryproductionworkingtimeschedulingp s10
  msdyn_netproductweight dec2
  msdyn_packingdutyquantity dec2
  msdyn_posregistrationactivationdate date
  msdyn_posregistrationblockeddate date
  msdyn_posregistrationplannedblockeddate date
  msdyn_potencybaseattibutetargetvalue dec2
  msdyn_potencybaseattributevalueentryevent choice:potencyevent =806380000
  msdyn_productionconsumptiondensityconversion dec2
  msdyn_productionconsumptiondepthconversion dec2
  msdyn_productionconsumptionheightconversion dec2
  msdyn_productionconsumptionwidthconversion dec2
  msdyn_productvolume dec2
  msdyn_purchasechargesquantity dec2
  msdyn_purchaseoverdeliverypercentage dec2
  msdyn_purchaseprice dec2
  msdyn_purchasepricedate date
  msdyn_purchasepricequantity dec2
  msdyn_purchasepricingprecision int
  msdyn_purchaseunderdeliverypercentage dec2
  msdyn_rawmaterialpickingprinciple choice:pickingprinciple =806380000
  msdyn_saleschargesquantity dec2
  msdyn_salesoverdeliverypercentage dec2
  msdyn_salespricecalculationchargespercentage dec2
  msdyn_salespricecalculationcontributionratio dec2
  msdyn_salespricecalculationmodel choice:salespricemodel =806380000
  msdyn_salespricedate date
  msdyn_salespricingprecision int
  msdyn_salesunderdeliverypercentage dec2
  msdyn_scaleindicator choice:scaleindicator =806380000
  msdyn_sellstartdate date
  msdyn_shelfadviceperioddays int
  msdyn_shelflifeperioddays int
  msdyn_shipstartdate date
  msdyn_tareproductweight dec2
  msdyn_transferorderoverdeliverypercentage dec2
  msdyn_transferorderunderdeliverypercentage dec2
  msdyn_unitcostdate date
  msdyn_unitcostquantity dec2
  msdyn_variablescrappercentage dec2
  msdyn_warehousemobiledevicedescriptionline1 s20
  msdyn_warehousemobiledevicedescriptionline2 s20
  msdyn_willinventoryissueautoreportasfinished bool =false
  msdyn_willinventoryreceiptignoreflushing bool =false
  msdyn_willpickingworkbenchapplyboxinglogic bool =false
  msdyn_willtotalpurchdiscountcalcincludeproduct bool =false
  msdyn_willtotalsalesdiscountcalcincludeproduct bool =false
  msdyn_willworkcenterpickingallownegativeinvent bool =false
  msdyn_yieldpercentage dec2
"""

WAREHOUSE = """  msdyn_useadvancedwarehousemanagementprocesses bool =false
  msdyn_areitemscoverageplannedmanually bool =false
  msdyn_arelaborstandardsallowed bool =false
  msdyn_arepickinglistsdeliverymodespecific bool =false
  msdyn_arepickinglistshipmentspecificonly bool =false
  msdyn_arewarehouselocationcheckdigitsunique bool =false
  msdyn_autoupdateshipmentrule bool =false
  msdyn_defaultcontainertypeid s20
  msdyn_externallylocatedwarehousecustomeraccount s20
  msdyn_externallylocatedwarehousevendoraccountnu s20
  msdyn_inventorycountingreasoncodepolicyname s60
  msdyn_inventorystatuschangereservationremoval choice:reservationremoval =192350000
  msdyn_printbillofladingbeforeshipconfirmation bool =false
  msdyn_isfallbackwarehouse bool =false
  msdyn_financialnegativestoreinventoryallowed bool =false
  msdyn_palletmovementduringcyclecountingallowed bool =false
  msdyn_physicalnegativestoreinventoryallowed bool =false
  msdyn_isrefilledfrommainwarehouse bool =false
  msdyn_isretailstorewarehouse bool =false
  msdyn_masterplanningworkcalendarid s10
  msdyn_maximumbatchpickinglistquantity int
  msdyn_maximumpickinglistlinequantity int
  msdyn_rawmaterialpickinginventoryissuestatus bool =false
  msdyn_storeqtyallocationreplenishmentweight dec2
  msdyn_shouldwarehouselocationincludeaisleid bool =false
  msdyn_warehouselocationidbinidformat s10
  msdyn_warehouselocationidrackidformat s10
  msdyn_warehouselocationidshelfidformat s10
  msdyn_warehousereleasereservationrequirement choice:reservationrule =192350000
  msdyn_warehousespecificdefaultinventorystatusid s10
  msdyn_warehouseworkprocessingpolicyname s60
  msdyn_willautomaticloadreleaseinventory bool =false
  msdyn_willinventorystatuschangeremoveblocking bool =false
  msdyn_willmanualloadreleasereserveinventory bool =false
  msdyn_willorderreleasingconsolidateshipments bool =false
  msdyn_productionbomsreservewarehouselevel bool =false
  msdyn_shippingcanceldecrementloadquantity bool =false
  msdyn_warehouselocationidincludeblindid bool =false
  msdyn_warehouselocationincluderackidbydefault bool =false
  msdyn_warehouselocationidincludeshelfid bool =false
"""

SITE = """  msdyn_defaultinventorystatusid s10
  msdyn_fiscalestablishmentid s20
  msdyn_isreceivingwarehouseoverrideallowed bool =false
  msdyn_taxbranchcode s20
  msdyn_masterplannedusestransferjournal bool =false
"""

PLACE = """  msdyn_primaryaddresscityinkana s60
  msdyn_primaryaddresslocationsalestaxgroupcode s10
  msdyn_primaryaddressstreetinkana s250
"""
