"""Quotes, their lines, and the activity that closes one.

Source: the tables' published columns; dual-write table maps (sales quotation headers and lines).
"""

from connectors.sandbox.dataverse.tables.documentparts import HEADER, LINE, ORDERED_LINE, ORDERING

QUOTES = f"""
table quote quotes primary=name company=msdyn_company states=quote track owner
  key msdyn_quotenumberkey "Quote Number" msdyn_quotenumber msdyn_company
  collection quote_details quotedetail quoteid
  collection quote_orders salesorder quoteid
  quotenumber s100
  revisionnumber int ro =0
  effectivefrom date
  effectiveto date
  expireson date
  closedon date
  msdyn_company > cdm_company:msdyn_Company
  msdyn_quotenumber s100
  msdyn_salesquotationstatus choice:quotationstatus =192350000
  msdyn_quotationcreationmethod choice:origin
  msdyn_quotationownership choice:ownership
  msdyn_generatedsalesordernumber > salesorder
  msdyn_salesquotationconfirmationdate date
  msdyn_salesquotationexpirydate date
  msdyn_salesquotationfollowupdate date
  msdyn_customersreference s60
{HEADER}{ORDERING}

table quotedetail quotedetails primary=productdescription stateless track owner
  key msdyn_quotelinekey "Sequence Number" sequencenumber quoteid
  quoteid > quote req
  msdyn_linedescription2 memo1000
  msdyn_salesquotationstatus choice:quotationstatus
  msdyn_salesquotationpromisingmethod choice:promise
{LINE}{ORDERED_LINE}

table quoteclose quotecloses primary=subject states=activity track owner id=activityid
  subject s400
  description memo2000
  actualend dt
  revision int
  quotenumber s100
  quoteid > quote
"""
