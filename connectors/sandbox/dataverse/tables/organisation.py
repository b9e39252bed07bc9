"""Operating units and product categories, as far as sales documents point to them.

Source: dual-write table maps (operating unit, product categories, product category hierarchies,
sales quotation and order headers and lines); the lengths of texts are not published.
"""

ORGANISATION = """
table msdyn_internalorganization msdyn_internalorganizations primary=msdyn_name track owner
  key msdyn_internalorganizationkey "Party Number" msdyn_partynumber
  msdyn_partynumber s40 req
  msdyn_name s160
  msdyn_namealias s20
  msdyn_languageid s7
  msdyn_type choice:internalorganization

table msdyn_productcategoryhierarchy msdyn_productcategoryhierarchies primary=msdyn_name track owner
  key msdyn_productcategoryhierarchykey "Name" msdyn_name
  msdyn_name s128 req
  msdyn_description s1000

table msdyn_productcategory msdyn_productcategories primary=msdyn_name track owner
  key msdyn_productcategorykey "Name" msdyn_name msdyn_hierarchy
  msdyn_name s254 req
  msdyn_hierarchy > msdyn_productcategoryhierarchy req
  msdyn_parentproductcategory > msdyn_productcategory
  msdyn_code s254
  msdyn_description s1000
  msdyn_friendlycategoryname s254
  msdyn_keywords s1000
  msdyn_projectcategoryname s30
  msdyn_istangibleproduct bool =false
  msdyn_isinheritingparentcategoryattributes bool =false
  msdyn_isinheritingparentproductattributes bool =false
"""
