"""Tables of the platform itself: users, teams, units, webhooks and their registration."""

PLATFORM = """
table organization organizations primary=name stateless
  name s160
  expirechangetrackingindays int =7
  issopintegrationenabled bool =true
  createproductsinactivestate bool =true
  maxuploadfilesize int =5242880
  quoteprefix s20 =QUO
  currentquotenumber int =1000
  orderprefix s20 =ORD
  currentordernumber int =1000
  invoiceprefix s20 =INV
  currentinvoicenumber int =1000
  uniquespecifierlength int =6

table businessunit businessunits primary=name stateless
  name s160 req
  isdisabled bool =false
  parentbusinessunitid > businessunit

table systemuser systemusers primary=fullname stateless
  fullname s200
  domainname s1024
  firstname s256
  lastname s256
  internalemailaddress s100
  applicationid guid
  azureactivedirectoryobjectid guid
  isdisabled bool =false
  isintegrationuser bool =false
  accessmode choice:accessmode =0
  businessunitid > businessunit

table team teams primary=name stateless
  name s160 req
  teamtype choice:teamtype =0
  isdefault bool =false
  businessunitid > businessunit
  administratorid > systemuser

table serviceendpoint serviceendpoints primary=name stateless
  name s160 req
  url s2048
  contract choice:contract
  authtype choice:authtype
  authvalue s2048 wo
  messageformat choice:messageformat =2
  description memo2000

table sdkmessage sdkmessages primary=name stateless
  name s256

table sdkmessagefilter sdkmessagefilters primary=name stateless
  name s256
  primaryobjecttypecode s64
  secondaryobjecttypecode s64
  sdkmessageid > sdkmessage

table sdkmessageprocessingstep sdkmessageprocessingsteps primary=name
  name s256 req
  description s256
  mode choice:stepmode =1
  stage choice:stepstage =40
  rank int =1
  supporteddeployment choice:deployment =0
  asyncautodelete bool =false
  filteringattributes memo100000
  configuration memo1073741823
  sdkmessageid > sdkmessage
  sdkmessagefilterid > sdkmessagefilter
  eventhandler > serviceendpoint:eventhandler_serviceendpoint
  impersonatinguserid > systemuser

table sdkmessageprocessingstepimage sdkmessageprocessingstepimages primary=name stateless
  name s256
  entityalias s256
  imagetype choice:imagetype
  messagepropertyname s256
  attributes memo100000
  sdkmessageprocessingstepid > sdkmessageprocessingstep

table asyncoperation asyncoperations primary=name stateless
  name s256
  message memo4000
  errorcode int
  statecode int
  statuscode int
  correlationid guid
  owningextensionid > sdkmessageprocessingstep
"""
