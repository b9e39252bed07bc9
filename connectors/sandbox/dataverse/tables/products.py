"""Units and products.

Source: the tables' published columns; dual-write table maps (units, unit conversions, all
products, released products V2, CDS released distinct products, colors, sizes, styles,
configurations).
"""

# ruff: noqa: E501 - one table or column per line reads best

from connectors.sandbox.dataverse.tables.setupcolumns import RELEASED_PRODUCT

PRODUCTS = f"""
table uomschedule uomschedules primary=name track
  key uomschedulekey "Unit group" name
  name s200 req
  baseuomname s100
  description memo2000
  msdyn_externallymaintained bool =false

table uom uoms primary=name track stateless
  key msdyn_symbolkey "Unit symbol" msdyn_symbol
  name s100 req
  quantity dec10
  isschedulebaseuom bool =false
  msdyn_symbol s10
  msdyn_description s60
  msdyn_externalunitclassname s60
  msdyn_decimalprecision int
  msdyn_isbaseunit bool =false
  msdyn_issystemunit bool =false
  msdyn_systemofunits choice:unitsystem =192350000
  uomscheduleid > uomschedule
  baseuom > uom

table msdyn_unitofmeasureconversion msdyn_unitofmeasureconversions primary=msdyn_name track
  key msdyn_unitconversionkey "From and to unit" msdyn_fromunit msdyn_tounit
  msdyn_name s100
  msdyn_numerator int
  msdyn_denominator int
  msdyn_factor dec10
  msdyn_inneroffset dec10
  msdyn_outeroffset dec10
  msdyn_rounding choice:rounding =192350000
  msdyn_fromunit > uom req
  msdyn_tounit > uom req

table product products primary=name company=msdyn_companyid states=product track
  key msdyn_productkey "Product Number" msdyn_productnumber msdyn_companyid
  productnumber s100
  name s100 req
  description memo2000
  price money
  standardcost money
  currentcost money
  quantitydecimal int =0
  isstockitem bool =false
  iskit bool =false
  productstructure choice:productstructure =1
  producttypecode choice:producttype =1
  msdyn_productnumber s70
  msdyn_itemnumber s20
  msdyn_isstockedproduct bool =false
  msdyn_iscatchweight bool =false
  msdyn_fieldserviceproducttype choice:fieldserviceproduct
  msdyn_productcolor > msdyn_productcolor
  msdyn_productconfiguration > msdyn_productconfiguration
  msdyn_productsize > msdyn_productsize
  msdyn_productstyle > msdyn_productstyle
  msdyn_companyid > cdm_company
  defaultuomid > uom
  defaultuomscheduleid > uomschedule
  transactioncurrencyid > transactioncurrency

table msdyn_globalproduct msdyn_globalproducts primary=msdyn_productname track
  key msdyn_globalproductkey "Product Number" msdyn_productnumber
  msdyn_productnumber s70 req
  msdyn_productname s60

table msdyn_sharedproductdetail msdyn_sharedproductdetails primary=msdyn_itemnumber company=msdyn_companyid track
  key msdyn_sharedproductdetailkey "Item Number" msdyn_itemnumber msdyn_companyid
  msdyn_itemnumber s20 req
  msdyn_producttype choice:itemtype =806380001
  msdyn_salesprice dec2
  msdyn_unitcost dec2
{RELEASED_PRODUCT}  msdyn_globalproduct > msdyn_globalproduct
  msdyn_salesunitsymbol > uom
  msdyn_inventoryunitsymbol > uom
  msdyn_purchaseunitsymbol > uom
  msdyn_bomunitsymbol > uom
  msdyn_catchweightunitsymbol > uom
  msdyn_comparisonpricebaseunitsymbol > uom
  msdyn_alternativeitemnumber > msdyn_sharedproductdetail
  msdyn_companyid > cdm_company

table msdyn_productcolor msdyn_productcolors primary=msdyn_productcolorname track
  key msdyn_productcolorkey "Color" msdyn_productcolorname
  msdyn_productcolorname s10 req

table msdyn_productconfiguration msdyn_productconfigurations primary=msdyn_productconfiguration track
  key msdyn_productconfigurationkey "Configuration" msdyn_productconfiguration
  msdyn_productconfiguration s50 req

table msdyn_productsize msdyn_productsizes primary=msdyn_productsize track
  key msdyn_productsizekey "Size" msdyn_productsize
  msdyn_productsize s10 req

table msdyn_productstyle msdyn_productstyles primary=msdyn_productstyle track
  key msdyn_productstylekey "Style" msdyn_productstyle
  msdyn_productstyle s10 req
"""
