"""Party and global address book: parties, locations, addresses, e-addresses, contacts for party.

Source: dual-write table maps (CDS Parties, CDS postal address locations and history V2, CDS party
postal address locations, Party contacts V3, CDS location roles, Contacts V2).
"""

# ruff: noqa: E501 - one table or column per line reads best

PARTIES = """
table msdyn_party msdyn_parties primary=msdyn_name track owner
  key msdyn_partynumberkey "Party Number" msdyn_partynumber
  collection msdyn_party_account account msdyn_partyid
  collection msdyn_party_contact contact msdyn_partyid
  msdyn_partynumber s40
  msdyn_name s160
  msdyn_partytype choice:partytype
  msdyn_namealias s160
  msdyn_nickname s60
  msdyn_language choice:language
  msdyn_organizationname s160
  msdyn_organizationabccode choice:abccode
  msdyn_numberofemployees int
  msdyn_organizationnumber s40
  msdyn_organizationphoneticname s160
  msdyn_firstname s50
  msdyn_middlename s50
  msdyn_lastname s50
  msdyn_lastnameprefix s25
  msdyn_initials s25
  msdyn_professionaltitle s60
  msdyn_professionalsuffix s25
  msdyn_phoneticfirstname s50
  msdyn_phoneticmiddlename s50
  msdyn_phoneticlastname s50
  msdyn_gender choice:gender
  msdyn_maritalstatus choice:marital
  msdyn_hobbies s255
  msdyn_childrennames s255
  msdyn_birthday int
  msdyn_birthmonth choice:month
  msdyn_birthyear int
  msdyn_anniversaryday int
  msdyn_anniversarymonth choice:month
  msdyn_anniversaryyear int

table msdyn_addressrole msdyn_addressroles primary=msdyn_name track
  key msdyn_addressrolekey "Name" msdyn_name
  msdyn_name s60 req
  msdyn_ispostaladdressrole bool =false
  msdyn_iselectronicaddressrole bool =false

table msdyn_postaladdresscollection msdyn_postaladdresscollections primary=msdyn_description track owner
  key msdyn_locationkey "Location ID" msdyn_location
  collection msdyn_postaladdresscollection_postaladdress msdyn_postaladdress msdyn_postaladdresscollectionid
  msdyn_location s30
  msdyn_description s60

table msdyn_postaladdress msdyn_postaladdresses primary=msdyn_name track owner
  key msdyn_postaladdresskey "Valid From" msdyn_validfrom msdyn_postaladdresscollectionid
  msdyn_name s60
  msdyn_street s250
  msdyn_streetnumber s20
  msdyn_city s60
  msdyn_state s30
  msdyn_countryregionid s10
  msdyn_zipcode s10
  msdyn_county s30
  msdyn_district s60
  msdyn_buildingcompliment s60
  msdyn_postbox s20
  msdyn_validfrom dt
  msdyn_validto dt
  msdyn_postaladdresscollectionid > msdyn_postaladdresscollection

table msdyn_partypostaladdress msdyn_partypostaladdresses primary=msdyn_postaladdresspurposenames track owner
  key msdyn_partypostaladdresskey "Party Location" msdyn_postaladdresscollectionid msdyn_partyid
  msdyn_postaladdresspurposenames s1000
  msdyn_isprimary bool =false
  msdyn_islocationowner bool =false
  msdyn_partyid > msdyn_party
  msdyn_postaladdresscollectionid > msdyn_postaladdresscollection

table msdyn_partyelectronicaddress msdyn_partyelectronicaddresses primary=msdyn_locator track owner
  key msdyn_partyelectronicaddresskey "Electronic Address" msdyn_electronicaddressnumber msdyn_partyid
  msdyn_electronicaddressnumber s60
  msdyn_type choice:etype
  msdyn_locator s255
  msdyn_locatorextension s10
  msdyn_description s60
  msdyn_internationalcallingcode s5
  msdyn_purpose s1000
  msdyn_isprimary bool =false
  msdyn_isprivate bool =false
  msdyn_ismobile bool =false
  msdyn_isinstantmessage bool =false
  msdyn_partyid > msdyn_party

table msdyn_contactforparty msdyn_contactforparties primary=msdyn_contactforpartynumber company=msdyn_associatedcompanyid track owner
  key msdyn_contactforpartykey "Contact For Party Number" msdyn_contactforpartynumber msdyn_associatedcompanyid
  msdyn_contactforpartynumber s20
  msdyn_contactpartyid > msdyn_party
  msdyn_associatedpartyid > msdyn_party
  msdyn_associatedcompanyid > cdm_company
  msdyn_parentcontactforpartyid > msdyn_contactforparty
  msdyn_jobtitle > msdyn_salescontactpersontitle
  msdyn_primarysalutationphrase > msdyn_salutation
  msdyn_primarycomplimentaryclosingphrase > msdyn_complimentaryclosing
  msdyn_decisionmakingrole > msdyn_decisionmakingrole
  msdyn_loyaltylevelphrase > msdyn_loyaltylevel
  msdyn_personalcharactertypecode > msdyn_personalcharactertype
  msdyn_employmentprofession s60
  msdyn_employmentdepartment s60
  msdyn_employmentjobfunctionname s60
  msdyn_employmentofficelocation s60
  msdyn_employmentcomputernetworkname s60
  msdyn_assistantname s60
  msdyn_assistantphonenumber s60
  msdyn_availablefromtime int
  msdyn_availabletotime int
  msdyn_contactactivitysensitivitylevel choice:sensitivity =192350000
  msdyn_hasrequestedinternetaccess bool =false
  msdyn_isreceivingdirectmail bool =false
  msdyn_isvip bool =false
  msdyn_nativelanguage choice:language
  msdyn_spousename s60
  msdyn_notes memo2000
  msdyn_microsoftoutlookcategories s255
  msdyn_mileagedistance dec2
  msdyn_governmentidentificationnumber s60
  msdyn_identitycardnumber s60
  msdyn_organizationidentificationnumber s60
"""
