"""The small lists that a contact for party chooses from. Source: dual-write table maps (GAB)."""

# ruff: noqa: E501 - one table or column per line reads best

CONTACT_LOOKUPS = """
table msdyn_salutation msdyn_salutations primary=msdyn_salutationphrase company=msdyn_company track owner
  key msdyn_salutationkey "Salutation" msdyn_salutationphrase msdyn_company
  msdyn_salutationphrase s60 req
  msdyn_company > cdm_company

table msdyn_complimentaryclosing msdyn_complimentaryclosings primary=msdyn_closingphrase company=msdyn_company track owner
  key msdyn_complimentaryclosingkey "Closing" msdyn_closingphrase msdyn_company
  msdyn_closingphrase s60 req
  msdyn_company > cdm_company

table msdyn_salescontactpersontitle msdyn_salescontactpersontitles primary=msdyn_jobtitlealias company=msdyn_company track owner
  key msdyn_salescontactpersontitlekey "Job title" msdyn_jobtitlealias msdyn_company
  msdyn_jobtitlealias s30 req
  msdyn_jobtitle s60
  msdyn_company > cdm_company

table msdyn_decisionmakingrole msdyn_decisionmakingroles primary=msdyn_rolename company=msdyn_company track owner
  key msdyn_decisionmakingrolekey "Role" msdyn_rolename msdyn_company
  msdyn_rolename s30 req
  msdyn_roledescription s60
  msdyn_company > cdm_company

table msdyn_employmentjobfunction msdyn_employmentjobfunctions primary=msdyn_functionname company=msdyn_company track owner
  key msdyn_employmentjobfunctionkey "Function" msdyn_functionname msdyn_company
  msdyn_functionname s30 req
  msdyn_functiondescription s60
  msdyn_company > cdm_company

table msdyn_loyaltylevel msdyn_loyaltylevels primary=msdyn_levelphrase company=msdyn_company track owner
  key msdyn_loyaltylevelkey "Level" msdyn_levelphrase msdyn_company
  msdyn_levelphrase s30 req
  msdyn_leveldescription s60
  msdyn_company > cdm_company

table msdyn_personalcharactertype msdyn_personalcharactertypes primary=msdyn_typename company=msdyn_company track owner
  key msdyn_personalcharactertypekey "Type" msdyn_typename msdyn_company
  msdyn_typename s30 req
  msdyn_typedescription s60
  msdyn_company > cdm_company
"""
