"""Invoices and their lines: the ERP makes them, the CRM shows them.

Source: the tables' published columns; dual-write table maps (sales invoice headers and lines V2).
"""

from connectors.sandbox.dataverse.tables.documentparts import HEADER, LINE

INVOICES = f"""
table invoice invoices primary=name company=msdyn_company states=invoice track owner
  key msdyn_invoicekey "Invoice" msdyn_invoicenumber msdyn_invoicedate msdyn_ledgervoucher msdyn_company
  collection invoice_details invoicedetail invoiceid
  invoicenumber s100
  salesorderid > salesorder
  duedate date
  datedelivered date
  ispricelocked bool =false
  prioritycode choice:priority
  msdyn_company > cdm_company
  msdyn_invoicenumber s100
  msdyn_invoicedate date
  msdyn_ledgervoucher s40
  msdyn_amountdue money
  msdyn_totalamount money
  msdyn_totaltax money
  msdyn_totaldiscountamount money
{HEADER}

table invoicedetail invoicedetails primary=productdescription stateless track owner
  key msdyn_invoicelinekey "Sequence Number" sequencenumber invoiceid
  invoiceid > invoice req
  salesorderdetailid > salesorderdetail
  actualdeliveryon date
  quantitybackordered dec10
  quantitycancelled dec10
  quantityshipped dec10
  iscopied bool =false
  msdyn_totalchargeamount money
  msdyn_confirmedshippingdate date
  msdyn_inventorysite > msdyn_operationalsite
  msdyn_inventorywarehouse > msdyn_warehouse
{LINE}
"""  # noqa: E501 - one column or key per line reads best
