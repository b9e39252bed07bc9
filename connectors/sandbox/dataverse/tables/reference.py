"""Reference tables: companies, currencies, customer groups, terms of payment, vendors.

Source: dual-write table maps (companies, currencies, customer groups, terms of payment).
"""

# ruff: noqa: E501 - one table or column per line reads best

REFERENCE = """
table cdm_company cdm_companies primary=cdm_name track owner
  key cdm_companycodekey "Company Code" cdm_companycode
  cdm_companycode s4 req
  cdm_name s160
  cdm_isenabledfordualwrite bool =true
  cdm_defaultowningteam > team
  transactioncurrencyid > transactioncurrency

table transactioncurrency transactioncurrencies primary=currencyname track
  key isocurrencycodekey "Currency Code" isocurrencycode
  isocurrencycode s5 req
  currencyname s100 req
  currencysymbol s10 req
  currencyprecision int =2
  exchangerate dec10

table msdyn_customergroup msdyn_customergroups primary=msdyn_groupid company=msdyn_company track owner
  key msdyn_customergroupkey "Group Id" msdyn_groupid msdyn_company
  msdyn_groupid s10 req
  msdyn_description s60
  msdyn_issalestaxincludedinprice bool =false
  msdyn_paymenttermid > msdyn_paymentterm
  msdyn_clearingperiodpaymenttermname > msdyn_paymentterm
  msdyn_company > cdm_company

table msdyn_paymentterm msdyn_paymentterms primary=msdyn_name company=msdyn_company track owner
  key msdyn_paymenttermkey "Name" msdyn_name msdyn_company
  msdyn_name s10 req
  msdyn_description s60
  msdyn_numberofmonth int =0
  msdyn_days int =0
  msdyn_cutoffdayofmonth int =0
  msdyn_iscashpayment bool =false
  msdyn_iscertifiedcompanycheck bool =false
  msdyn_isdefaultpaymentterm bool =false
  msdyn_creditcardpaymenttype choice:cardpayment =806380998
  msdyn_creditcardcreditchecktype choice:cardcheck =806380000
  msdyn_paymentmethodtype choice:paymentmethodtype =806380991
  msdyn_paymentdayname > msdyn_paymentday
  msdyn_paymentschedulename > msdyn_paymentschedule
  msdyn_company > cdm_company

table msdyn_vendor msdyn_vendors primary=msdyn_name company=msdyn_company track owner
  key msdyn_vendorkey "Vendor Account" msdyn_vendoraccountnumber msdyn_company
  msdyn_name s160
  msdyn_vendoraccountnumber s20 req
  msdyn_partyid > msdyn_party
  msdyn_company > cdm_company
"""
