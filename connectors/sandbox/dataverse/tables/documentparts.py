"""What the tables of sales documents share: addresses, amounts, lines.

Source: the published columns of quote, salesorder and invoice; dual-write table maps (quotation,
order and invoice headers and lines).
"""

SHIP_TO = """\
  shipto_addressid guid
  shipto_name s200
  shipto_contactname s150
  shipto_line1 s250
  shipto_line2 s250
  shipto_line3 s250
  shipto_city s80
  shipto_stateorprovince s50
  shipto_postalcode s20
  shipto_country s80
  shipto_telephone s50
  shipto_fax s50
  shipto_freighttermscode choice:freightterms
"""

ADDRESSES = f"""
  billto_addressid guid
  billto_name s200
  billto_contactname s150
  billto_line1 s250
  billto_line2 s250
  billto_line3 s250
  billto_city s80
  billto_stateorprovince s50
  billto_postalcode s20
  billto_country s80
  billto_telephone s50
  billto_fax s50
{SHIP_TO}  willcall bool =false
"""

DELIVERY_ADDRESS = """
  msdyn_deliveryaddresscountyid s10
  msdyn_deliveryaddressdescription s60
  msdyn_deliveryaddressdistrictname s60
  msdyn_deliveryaddressdunsnumber s9
  msdyn_deliveryaddresslatitude dec10
  msdyn_deliveryaddresslocationid s30
  msdyn_deliveryaddresslongitude dec10
  msdyn_deliveryaddressname s60
  msdyn_deliveryaddresspostbox s20
  msdyn_deliverybuildingcompliment s60
  msdyn_formatteddeliveryaddress memo2000
"""

INVOICE_ADDRESS = """
  msdyn_invoiceaddresscountryregionid s10
  msdyn_invoiceaddresscountyid s10
  msdyn_invoiceaddressdistrictname s60
  msdyn_invoiceaddresslatitude dec10
  msdyn_invoiceaddresslongitude dec10
  msdyn_invoiceaddresspostbox s20
  msdyn_invoicebuildingcompliment s60
  msdyn_formattedinvoiceaddress memo2000
  msdyn_isinvoiceaddressprivate bool =false
"""

AMOUNTS = """
  discountamount money
  discountpercentage dec10
  freightamount money
  totallineitemamount money
  totallineitemdiscountamount money
  totaldiscountamount money
  totalamountlessfreight money
  totaltax money
  totalamount money
  pricingerrorcode choice:pricingerror =0
"""

HEADER = f"""
  name s300
  description memo2000
  customerid > account:customerid_account contact:customerid_contact
  opportunityid > opportunity
  pricelevelid > pricelevel
  campaignid guid
  transactioncurrencyid > transactioncurrency
  freighttermscode choice:freightterms
  paymenttermscode choice:paymentterms
  shippingmethodcode choice:shippingmethod
  emailaddress s100
  msdyn_ordertype choice:ordertype =192350000
  msdyn_isocurrencycode s5
  msdyn_invoicecustomerid > account:msdyn_invoicecustomerid_account contact:msdyn_invoicecustomerid_contact
  msdyn_contactperson > contact
  msdyn_associatedcontact > msdyn_contactforparty
  msdyn_paymentterms > msdyn_paymentterm
{ADDRESSES}{AMOUNTS}
"""  # noqa: E501 - one column per line reads best

ORDERING = f"""
  requestdeliveryby date
  msdyn_requestedreceiptdate date
  msdyn_customerrequisitionnumber s30
  msdyn_url s255
  msdyn_language choice:language
  msdyn_salesorderpromisingmethod choice:promise
  msdyn_pricecustomergroup > msdyn_pricecustomergroup
  msdyn_defaultshippingsite > msdyn_operationalsite
  msdyn_defaultshippingwarehouse > msdyn_warehouse
  msdyn_operatingunit > msdyn_internalorganization
  msdyn_arepricesincludingsalestax bool =false
  msdyn_totaldiscountpercentage dec6
  msdyn_isdeliveryaddressorderspecific bool =false
  msdyn_isdeliveryaddressprivate bool =false
{DELIVERY_ADDRESS}{INVOICE_ADDRESS}
"""

LINE = f"""
  lineitemnumber int
  sequencenumber int
  isproductoverridden bool =false
  productdescription s500
  productid > product
  uomid > uom
  transactioncurrencyid > transactioncurrency
  ispriceoverridden bool =false
  quantity dec10
  priceperunit money
  baseamount money
  volumediscountamount money ro
  manualdiscountamount money
  tax money
  extendedamount money
  description memo2000
  producttypecode choice:linetype =1
  propertyconfigurationstatus choice:configured =2
  pricingerrorcode choice:pricingerror =0
  salesrepid > systemuser
  parentbundleid guid
  willcall bool =false
  msdyn_salesproductcategory > msdyn_productcategory
{SHIP_TO}"""

ORDERED_LINE = f"""
  requestdeliveryby date
  msdyn_requestedreceiptdate date
  msdyn_linetype choice:projectline
  msdyn_externalitemnumber s20
  msdyn_salespricequantity dec10
  msdyn_fixedpricecharges money
  msdyn_linediscountamount money
  msdyn_linediscountpercentage dec6
  msdyn_multilinediscountamount money
  msdyn_multilinediscountpercentage dec6
  msdyn_totalchargesamount money
  msdyn_shippingsite > msdyn_operationalsite
  msdyn_shippingwarehouse > msdyn_warehouse
  msdyn_allowedoverdeliverypercentage dec6
  msdyn_allowedunderdeliverypercentage dec6
  msdyn_isdeliveryaddressspecific bool =false
{DELIVERY_ADDRESS}
"""
