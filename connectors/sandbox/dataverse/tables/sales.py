"""Leads and opportunities: they are no prospects, and never cross.

Source: the tables' published columns; domain of the sales process in the CRM.
"""

from connectors.sandbox.dataverse.tables.documentparts import AMOUNTS, LINE

SALES = f"""
table lead leads primary=fullname company=msdyn_company states=lead track owner
  subject s300
  firstname s50
  middlename s50
  lastname s50
  fullname s160 ro
  salutation s100
  companyname s100
  jobtitle s100
  emailaddress1 s100
  telephone1 s50
  mobilephone s50
  fax s50
  websiteurl s200
  description memo2000
  industrycode choice:industry
  leadsourcecode choice:leadsource
  leadqualitycode choice:leadquality
  revenue money
  estimatedamount money
  estimatedvalue dec2
  estimatedclosedate date
  budgetamount money
  budgetstatus choice:budgetstatus
  numberofemployees int
  sic s20
  address1_name s200
  address1_line1 s250
  address1_line2 s250
  address1_line3 s250
  address1_city s80
  address1_stateorprovince s50
  address1_postalcode s20
  address1_country s80
  address1_county s50
  address1_postofficebox s20
  customerid > account:customerid_account contact:customerid_contact
  parentaccountid > account
  parentcontactid > contact
  campaignid guid
  qualifyingopportunityid > opportunity
  transactioncurrencyid > transactioncurrency
  msdyn_company > cdm_company
  msdyn_ordertype choice:ordertype =192350000

table opportunity opportunities primary=name company=msdyn_company states=opportunity track owner
  collection opportunity_quotes quote opportunityid
  collection opportunity_sales_orders salesorder opportunityid
  collection product_opportunities opportunityproduct opportunityid
  name s300
  description memo2000
  customerid > account:customerid_account contact:customerid_contact
  parentaccountid > account
  parentcontactid > contact
  originatingleadid > lead
  pricelevelid > pricelevel
  campaignid guid
  transactioncurrencyid > transactioncurrency
  msdyn_company > cdm_company
  msdyn_ordertype choice:ordertype =192350000
  estimatedvalue money
  estimatedclosedate date
  actualvalue money
  actualclosedate date
  closeprobability int
  budgetamount money
  budgetstatus choice:budgetstatus
  isrevenuesystemcalculated bool =false
  customerneed memo2000
  proposedsolution memo2000
  currentsituation memo2000
  salesstage choice:salesstage =0
  opportunityratingcode choice:rating =2
{AMOUNTS}

table opportunityproduct opportunityproducts primary=productdescription stateless track owner
  opportunityid > opportunity req
{LINE}

table opportunityclose opportunitycloses primary=subject states=activity track owner id=activityid
  subject s400
  description memo2000
  actualend dt
  actualrevenue money
  opportunityid > opportunity
  transactioncurrencyid > transactioncurrency
"""
