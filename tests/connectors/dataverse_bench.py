"""The local CRM with a connector: accounts are what the contract suite writes."""

from __future__ import annotations

from uuid import UUID

from sync.core.row import Side, TableSpec

URL = "https://crm.test"
ACCOUNTS = TableSpec(
    side=Side.CRM,
    table="accounts",
    keys=("accountid",),
    columns=("name", "accountnumber", "creditlimit", "description", "msdyn_company"),
    lookups={"msdyn_company": ("cdm_companies",)},
    company="msdyn_company",
)
CONTACTS = TableSpec(
    side=Side.CRM,
    table="contacts",
    keys=("contactid",),
    columns=("firstname", "lastname", "parentcustomerid", "msdyn_company"),
    lookups={"parentcustomerid": ("accounts", "contacts"), "msdyn_company": ("cdm_companies",)},
    company="msdyn_company",
)
_SPACE = UUID("5f3c9d9e-0000-4000-8000-000000000000")
