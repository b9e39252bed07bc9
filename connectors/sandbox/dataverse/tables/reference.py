"""Reference tables: companies, currencies, groups, terms, units, products.

Source: dual-write table maps (companies, currencies, units, payment and group maps).
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

table uomschedule uomschedules primary=name track
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
  msdyn_systemofunits choice:unitsystem
  uomscheduleid > uomschedule
  baseuom > uom

table product products primary=name company=msdyn_companyid track
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
  msdyn_companyid > cdm_company
  defaultuomid > uom
  defaultuomscheduleid > uomschedule
  transactioncurrencyid > transactioncurrency

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

table msdyn_paymentday msdyn_paymentdays primary=msdyn_name company=msdyn_company track owner
  key msdyn_paymentdaykey "Name" msdyn_name msdyn_company
  msdyn_name s10 req
  msdyn_description s60
  msdyn_company > cdm_company

table msdyn_paymentschedule msdyn_paymentschedules primary=msdyn_name company=msdyn_company track owner
  key msdyn_paymentschedulekey "Name" msdyn_name msdyn_company
  msdyn_name s10 req
  msdyn_description s60
  msdyn_allocationmethod choice:allocation =806380000
  msdyn_paymentfrequencyunit choice:frequency =806380000
  msdyn_paymentfrequency int =0
  msdyn_numberofpayments int =0
  msdyn_fixedpaymentamount dec2
  msdyn_minimumpaymentamount dec2
  msdyn_salestaxallocationmethod choice:taxallocation =806380000
  msdyn_note memo2000
  msdyn_company > cdm_company

table msdyn_customerpaymentmethod msdyn_customerpaymentmethods primary=msdyn_name company=msdyn_company track owner
  key msdyn_customerpaymentmethodkey "Name" msdyn_name msdyn_company
  msdyn_name s10 req
  msdyn_description s60
  msdyn_accounttype choice:accounttype
  msdyn_paymenttype choice:paymenttype
  msdyn_paymentstatus choice:paymentstatus
  msdyn_sumbyperiod choice:sumbyperiod
  msdyn_discountgraceperioddays int =0
  msdyn_lastfilenumber int =0
  msdyn_lastfilenumbertoday int =0
  msdyn_company > cdm_company

table msdyn_taxgroup msdyn_taxgroups primary=msdyn_name company=msdyn_company track owner
  key msdyn_taxgroupkey "Name" msdyn_name msdyn_company
  msdyn_name s10 req
  msdyn_description s60
  msdyn_company > cdm_company

table msdyn_vendor msdyn_vendors primary=msdyn_name company=msdyn_company track owner
  key msdyn_vendorkey "Vendor Account" msdyn_vendoraccountnumber msdyn_company
  msdyn_name s160
  msdyn_vendoraccountnumber s20 req
  msdyn_partyid > msdyn_party
  msdyn_company > cdm_company
"""
