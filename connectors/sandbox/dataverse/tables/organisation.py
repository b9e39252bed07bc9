"""Operating units and product categories, as far as sales documents point to them.

Source: dual-write table maps (sales quotation and order headers and lines).
"""

ORGANISATION = """
table msdyn_operatingunit msdyn_operatingunits primary=msdyn_name track owner
  key msdyn_operatingunitkey "Party Number" msdyn_partynumber
  msdyn_partynumber s40 req
  msdyn_name s160

table msdyn_productcategoryhierarchy msdyn_productcategoryhierarchies primary=msdyn_name track owner
  key msdyn_productcategoryhierarchykey "Name" msdyn_name
  msdyn_name s128 req

table msdyn_productcategory msdyn_productcategories primary=msdyn_name track owner
  key msdyn_productcategorykey "Name" msdyn_name msdyn_hierarchy
  msdyn_name s254 req
  msdyn_hierarchy > msdyn_productcategoryhierarchy
"""
