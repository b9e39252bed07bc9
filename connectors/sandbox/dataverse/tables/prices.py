"""Price lists. Source: the tables' published columns."""

PRICES = """
table pricelevel pricelevels primary=name states=pricelevel track
  collection price_level_product_price_levels productpricelevel pricelevelid
  name s100 req
  description memo2000
  begindate date
  enddate date
  freighttermscode choice:freightterms
  paymentmethodcode choice:paymentterms
  shippingmethodcode choice:shippingmethod
  transactioncurrencyid > transactioncurrency

table productpricelevel productpricelevels stateless track
  pricelevelid > pricelevel req
  productid > product req
  uomid > uom
  uomscheduleid > uomschedule
  transactioncurrencyid > transactioncurrency
  amount money
  percentage dec5
  pricingmethodcode choice:pricingmethod =1
  quantitysellingcode choice:sellingoption =1
  roundingpolicycode int =1
"""
