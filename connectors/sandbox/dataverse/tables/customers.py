"""Accounts, contacts and their flat addresses.

Source: dual-write table maps (Customers V3, CDS Contacts V2, Sales prospects) and the tables'
published columns.
"""

CUSTOMERS = """
table account accounts primary=name company=msdyn_company track owner
  key msdyn_accountkey "Account Number" accountnumber msdyn_company
  collection contact_customer_accounts contact parentcustomerid
  collection account_parent_account account parentaccountid
  collection quote_customer_accounts quote customerid
  collection order_customer_accounts salesorder customerid
  collection invoice_customer_accounts invoice customerid
  collection opportunity_customer_accounts opportunity customerid
  name s160
  accountnumber s20
  customertypecode choice:customertype
  creditlimit money
  creditonhold bool =false
  revenue money
  numberofemployees int
  emailaddress1 s100
  emailaddress2 s100
  telephone1 s50
  telephone2 s50
  fax s50
  websiteurl s200
  primarytwitterid s128
  description memo2000
  industrycode choice:industry
  sic s20
  paymenttermscode choice:paymentterms
  shippingmethodcode choice:shippingmethod
  address1_addressid guid ro
  address1_addresstypecode choice:addresstype
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
  address1_telephone1 s50
  address1_latitude dec5
  address1_longitude dec5
  address1_composite memo1000 ro
  address1_freighttermscode choice:freightterms
  address2_addressid guid ro
  address2_addresstypecode choice:addresstype
  address2_name s200
  address2_line1 s250
  address2_line2 s250
  address2_line3 s250
  address2_city s80
  address2_stateorprovince s50
  address2_postalcode s20
  address2_country s80
  address2_county s50
  address2_postofficebox s20
  address2_telephone1 s50
  address2_latitude dec5
  address2_longitude dec5
  address2_composite memo1000 ro
  parentaccountid > account
  primarycontactid > contact
  defaultpricelevelid > pricelevel
  originatingleadid > lead
  msdyn_company > cdm_company
  msdyn_customergroupid > msdyn_customergroup
  msdyn_paymentday > msdyn_paymentday
  msdyn_paymentschedule > msdyn_paymentschedule
  msdyn_customerpaymentmethod > msdyn_customerpaymentmethod
  msdyn_salestaxgroup > msdyn_taxgroup
  msdyn_partyid > msdyn_party
  msdyn_primarycontact > msdyn_contactforparty
  msdyn_partynumber s40
  msdyn_identificationnumber s50
  msdyn_partycountry s80
  msdyn_partystateprovince s50
  transactioncurrencyid > transactioncurrency
  msdyn_paymentterm > msdyn_paymentterm
  msdyn_billingaccount > account
  msdyn_vendor > msdyn_vendor
  msdyn_onholdstatus choice:onhold =806380000
  msdyn_creditrating s10
  msdyn_creditlimitismandatory bool =false
  msdyn_onetimecustomer bool =false
  msdyn_taxexemptnumber s20
  msdyn_paymenttermsbasedays int
  msdyn_invoiceaddress s20
  msdyn_primarylinkedinid s255
  msdyn_emailaddress1description s60
  msdyn_primaryfacebookdescription s60
  msdyn_faxdescription s60
  msdyn_primarylinkedindescrption s60
  msdyn_telephone1description s60
  msdyn_primarytwitteriddescription s60
  msdyn_websiteurldescription s60
  msdyn_faxextension s10
  msdyn_telephone1extension s10
  msdyn_primaryfacebookid s255

table contact contacts primary=fullname company=msdyn_company track owner
  key msdyn_contactkey "Contact Person Id" msdyn_contactpersonid msdyn_company
  collection account_primary_contact account primarycontactid
  collection quote_customer_contacts quote customerid
  collection order_customer_contacts salesorder customerid
  collection invoice_customer_contacts invoice customerid
  collection opportunity_customer_contacts opportunity customerid
  firstname s50
  middlename s50
  lastname s50
  fullname s160 ro
  salutation s100
  jobtitle s100
  department s100
  emailaddress1 s100
  emailaddress2 s100
  telephone1 s50
  telephone2 s50
  mobilephone s50
  fax s50
  websiteurl s200
  birthdate date
  gendercode choice:gender
  familystatuscode choice:marital
  governmentid s50
  spousesname s100
  donotemail bool =false
  description memo2000
  creditlimit money
  address1_addressid guid ro
  address1_addresstypecode choice:addresstype
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
  address1_telephone1 s50
  address1_latitude dec5
  address1_longitude dec5
  address1_composite memo1000 ro
  address2_addressid guid ro
  address2_addresstypecode choice:addresstype
  address2_name s200
  address2_line1 s250
  address2_line2 s250
  address2_line3 s250
  address2_city s80
  address2_stateorprovince s50
  address2_postalcode s20
  address2_country s80
  address2_county s50
  address2_postofficebox s20
  address2_telephone1 s50
  address2_latitude dec5
  address2_longitude dec5
  address2_composite memo1000 ro
  address3_addressid guid ro
  address3_addresstypecode choice:addresstype
  address3_name s200
  address3_line1 s250
  address3_line2 s250
  address3_line3 s250
  address3_city s80
  address3_stateorprovince s50
  address3_postalcode s20
  address3_country s80
  address3_county s50
  address3_postofficebox s20
  address3_telephone1 s50
  address3_latitude dec5
  address3_longitude dec5
  address3_composite memo1000 ro
  parentcustomerid > account:parentcustomerid_account contact:parentcustomerid_contact
  accountid > account ro
  defaultpricelevelid > pricelevel
  originatingleadid > lead
  msdyn_company > cdm_company
  msdyn_customergroupid > msdyn_customergroup
  msdyn_paymentday > msdyn_paymentday
  msdyn_paymentschedule > msdyn_paymentschedule
  msdyn_customerpaymentmethod > msdyn_customerpaymentmethod
  msdyn_salestaxgroup > msdyn_taxgroup
  msdyn_partyid > msdyn_party
  msdyn_primarycontact > msdyn_contactforparty
  msdyn_partynumber s40
  msdyn_identificationnumber s50
  msdyn_partycountry s80
  msdyn_partystateprovince s50
  transactioncurrencyid > transactioncurrency
  msdyn_paymentterms > msdyn_paymentterm
  msdyn_contactpersonid s20
  msdyn_sellable bool =false
  msdyn_isprospect bool =false
  msdyn_isvendor bool =false
  msdyn_contactfor s20
  msdyn_contactforvendor bool =false
  msdyn_primaryinkedinid s255
  msdyn_primarytwitterid s255
  msdyn_emailaddress1description s60
  msdyn_primaryfacebookdescription s60
  msdyn_faxdescription s60
  msdyn_primarylinkedindescrption s60
  msdyn_telephone1description s60
  msdyn_primarytwitteriddescription s60
  msdyn_websiteurldescription s60
  msdyn_faxextension s10
  msdyn_telephone1extension s10
  msdyn_primaryfacebookid s255

table customeraddress customeraddresses primary=name stateless
  parentid > account:parentid_account contact:parentid_contact req
  objecttypecode s64 ro
  addressnumber int
  addresstypecode choice:addresstype
  name s200
  line1 s250
  line2 s250
  line3 s250
  city s80
  stateorprovince s50
  county s50
  country s80
  postalcode s20
  postofficebox s20
  telephone1 s50
  telephone2 s50
  fax s50
  primarycontactname s150
  freighttermscode choice:freightterms
  shippingmethodcode choice:shippingmethod
  latitude dec5
  longitude dec5
  upszone s4
  utcoffset int
"""
