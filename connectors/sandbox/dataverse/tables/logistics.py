"""Sites, warehouses, modes and terms of delivery, order origins, and the ERP's features.

Source: dual-write table maps of the same names.
"""

# ruff: noqa: E501 - one table or column per line reads best

from connectors.sandbox.dataverse.tables.setupcolumns import PLACE, SITE, WAREHOUSE

_ADDRESS = (
    """  msdyn_isprimaryaddressassigned bool =false
  msdyn_primaryaddressdescription s60
  msdyn_primaryaddressstreet s250
  msdyn_primaryaddressstreetnumber s20
  msdyn_primaryaddresscity s60
  msdyn_primaryaddresscountyid s10
  msdyn_primaryaddressstateid s10
  msdyn_primaryaddresszipcode s10
  msdyn_primaryaddresscountryregionid s10
  msdyn_primaryaddressdistrictname s60
  msdyn_primaryaddresspostbox s20
  msdyn_primaryaddressbuildingcompliment s60
  msdyn_primaryaddresslatitude dec5
  msdyn_primaryaddresslongitude dec5
  msdyn_formattedprimaryaddress memo2000
"""
    + PLACE
)

LOGISTICS = f"""
table msdyn_operationalsite msdyn_operationalsites primary=msdyn_sitename company=msdyn_company track owner
  key msdyn_operationalsitekey "Site" msdyn_siteid msdyn_company
  msdyn_siteid s10 req
  msdyn_sitename s60
{_ADDRESS}{SITE}  msdyn_primaryaddresslocationrole s250
  msdyn_company > cdm_company

table msdyn_warehouse msdyn_warehouses primary=msdyn_name company=msdyn_company track owner
  key msdyn_warehousekey "Warehouse" msdyn_warehouseidentifier msdyn_company
  msdyn_warehouseidentifier s10 req
  msdyn_name s100
  msdyn_description s60
  msdyn_warehousetype choice:warehousetype =192350003
{_ADDRESS}{WAREHOUSE}  msdyn_primaryaddresslocationroles s250
  msdyn_mainrefillingwarehouse > msdyn_warehouse
  msdyn_quarantinewarehouse > msdyn_warehouse
  msdyn_transitwarehouse > msdyn_warehouse
  msdyn_operationalsite > msdyn_operationalsite
  msdyn_company > cdm_company

table msdyn_shipvia msdyn_shipvias primary=msdyn_name company=msdyn_company track owner
  key msdyn_shipviakey "Name" msdyn_name msdyn_company
  msdyn_name s10 req
  msdyn_description s60
  msdyn_company > cdm_company

table msdyn_termsofdelivery msdyn_termsofdeliveries primary=msdyn_termscode company=msdyn_company track owner
  key msdyn_termsofdeliverykey "Terms Code" msdyn_termscode msdyn_company
  msdyn_termscode s10 req
  msdyn_termsdescription s60
  msdyn_intrastatcode s10
  msdyn_freightchargeterms choice:freightcharges =192350000
  msdyn_salestaxlocationrole choice:locationrole =192350000
  msdyn_iscashondelivery bool =false
  msdyn_doretailsogettransportationchargesadded bool =false
  msdyn_willshipmentconfirmationtransfercharges bool =false
  msdyn_company > cdm_company

table msdyn_salesorderorigin msdyn_salesorderorigins primary=msdyn_origincode company=msdyn_company track owner
  key msdyn_salesorderoriginkey "Origin Code" msdyn_origincode msdyn_company
  msdyn_origincode s10 req
  msdyn_origindescription s60
  msdyn_company > cdm_company

table msdyn_supplychainfeaturestate msdyn_supplychainfeaturestates primary=msdyn_name track owner
  key msdyn_supplychainfeaturestatekey "Name" msdyn_name
  msdyn_name s100 req
"""
