"""Payment set-up: days, schedules, methods; tax groups and the customers' price groups.

Source: dual-write table maps of the same names. The discount groups' columns were never published;
they are those of the price customer groups.
"""

# ruff: noqa: E501 - one table or column per line reads best

PAYMENTS = """
table msdyn_paymentday msdyn_paymentdays primary=msdyn_name company=msdyn_company track owner
  key msdyn_paymentdaykey "Name" msdyn_name msdyn_company
  msdyn_name s10 req
  msdyn_description s60
  msdyn_company > cdm_company

table msdyn_paymentdayline msdyn_paymentdaylines primary=msdyn_linenumber company=msdyn_company track owner
  key msdyn_paymentdaylinekey "Line" msdyn_paymentday msdyn_linenumber msdyn_company
  msdyn_linenumber int req
  msdyn_frequency choice:weekmonth =806380000
  msdyn_dayofweek choice:weekday =806380000
  msdyn_dayofmonth int =0
  msdyn_paymentday > msdyn_paymentday req
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

table msdyn_paymentscheduleline msdyn_paymentschedulelines primary=msdyn_linenumber company=msdyn_company track owner
  key msdyn_paymentschedulelinekey "Line" msdyn_paymentschedule msdyn_linenumber msdyn_company
  msdyn_linenumber int req
  msdyn_periodsafterduedate int =0
  msdyn_percentoramount choice:percentamount =806380000
  msdyn_percentoramountvalue dec2
  msdyn_paymentschedule > msdyn_paymentschedule req
  msdyn_company > cdm_company

table msdyn_customerpaymentmethod msdyn_customerpaymentmethods primary=msdyn_name company=msdyn_company track owner
  key msdyn_customerpaymentmethodkey "Name" msdyn_name msdyn_company
  msdyn_name s10 req
  msdyn_description s60
  msdyn_accounttype choice:accounttype =806380000
  msdyn_paymenttype choice:paymenttype =806380000
  msdyn_paymentstatus choice:paymentstatus =806380000
  msdyn_sumbyperiod choice:sumbyperiod =806380000
  msdyn_discountgraceperioddays int =0
  msdyn_lastfilenumber int =0
  msdyn_lastfilenumbertoday int =0
  msdyn_bridgingpostingenabled bool =false
  msdyn_issepa bool =false
  msdyn_invoiceupdate bool =false
  msdyn_enablepostdatescheckclearingposting bool =false
  msdyn_billofexchangedrafttype choice:draft =806380000
  msdyn_directdebit bool =false
  msdyn_company > cdm_company

table msdyn_taxgroup msdyn_taxgroups primary=msdyn_name company=msdyn_company track owner
  key msdyn_taxgroupkey "Name" msdyn_name msdyn_company
  msdyn_name s10 req
  msdyn_description s60
  msdyn_company > cdm_company

table msdyn_pricecustomergroup msdyn_pricecustomergroups primary=msdyn_groupcode company=msdyn_company track owner
  key msdyn_pricecustomergroupkey "Group Code" msdyn_groupcode msdyn_company
  msdyn_groupcode s10 req
  msdyn_groupname s60
  msdyn_company > cdm_company

table msdyn_totaldiscountcustomergroup msdyn_totaldiscountcustomergroups primary=msdyn_groupcode company=msdyn_company track owner
  key msdyn_totaldiscountcustomergroupkey "Group Code" msdyn_groupcode msdyn_company
  msdyn_groupcode s10 req
  msdyn_groupname s60
  msdyn_company > cdm_company

table msdyn_linediscountcustomergroup msdyn_linediscountcustomergroups primary=msdyn_groupcode company=msdyn_company track owner
  key msdyn_linediscountcustomergroupkey "Group Code" msdyn_groupcode msdyn_company
  msdyn_groupcode s10 req
  msdyn_groupname s60
  msdyn_company > cdm_company

table msdyn_multilinediscountcustomergroup msdyn_multilinediscountcustomergroups primary=msdyn_groupcode company=msdyn_company track owner
  key msdyn_multilinediscountcustomergroupkey "Group Code" msdyn_groupcode msdyn_company
  msdyn_groupcode s10 req
  msdyn_groupname s60
  msdyn_company > cdm_company
"""
