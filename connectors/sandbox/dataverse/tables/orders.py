"""Orders, their lines, and the activity that closes one.

Source: the tables' published columns; dual-write table maps (sales order headers and lines).
"""

from connectors.sandbox.dataverse.tables.documentparts import HEADER, LINE, ORDERED_LINE, ORDERING

ORDERS = f"""
table salesorder salesorders primary=name company=msdyn_company states=salesorder track owner
  key msdyn_salesordernumberkey "Sales Order Number" msdyn_salesordernumber msdyn_company
  collection order_details salesorderdetail salesorderid
  collection order_invoices invoice salesorderid
  ordernumber s100
  quoteid > quote
  datefulfilled date
  submitdate date
  submitstatus int
  submitstatusdescription memo2000
  lastbackofficesubmit date
  ispricelocked bool =false
  prioritycode choice:priority
  msdyn_company > cdm_company
  msdyn_salesordernumber s100
  msdyn_processingstatus choice:processingstatus
  msdyn_quotationnumber s100
  msdyn_isreadytosync bool =true
  msdyn_salesorderorigin > msdyn_salesorderorigin
  msdyn_customersorderreference s60
  msdyn_confirmedreceiptdate date
  msdyn_confirmedshippingdate date
  msdyn_paymenttermsbasedate date
  msdyn_deliverymode > msdyn_shipvia
  msdyn_deliveryterms > msdyn_termsofdelivery
  msdyn_isonetimecustomer bool =false
  msdyn_issalesprocessingstopped bool =false
{HEADER}{ORDERING}

table salesorderdetail salesorderdetails primary=productdescription stateless track owner
  key msdyn_orderlinekey "Sequence Number" sequencenumber salesorderid
  salesorderid > salesorder req
  quotedetailid > quotedetail
  quantitybackordered dec10
  quantitycancelled dec10
  quantityshipped dec10
  iscopied bool =false
  msdyn_isreadytosync bool =true
  msdyn_linestatus choice:linestatus
  msdyn_islinestopped bool =false
  msdyn_salesorderpromisingmethod choice:promise
  msdyn_confirmedshippingdate date
  msdyn_confirmedreceiptdate date
  msdyn_deliverymode > msdyn_shipvia
  msdyn_deliveryterms > msdyn_termsofdelivery
  msdyn_linedescription memo1000
  msdyn_reservationid s50
{LINE}{ORDERED_LINE}

table orderclose ordercloses primary=subject states=activity track owner id=activityid
  subject s400
  description memo2000
  actualend dt
  revision int
  ordernumber s100
  salesorderid > salesorder
"""
