"""Leads: they are no prospects, and never cross.

Source: the tables' published columns; domain of the sales process in the CRM.
"""

SALES = """
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
  revenue money
  estimatedamount money
  estimatedclosedate date
  budgetamount money
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
  parentaccountid > account
  parentcontactid > contact
  transactioncurrencyid > transactioncurrency
  msdyn_company > cdm_company
"""
