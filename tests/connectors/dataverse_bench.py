"""The local CRM with a connector: accounts are what the contract suite writes."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID, uuid5

from connectors.dataverse import DataverseConnector, DataverseOptions, open_dataverse
from connectors.sandbox.dataverse import DataverseSystem, create_app, seed_system, user_id_of
from connectors.sandbox.entra import Application
from connectors.sandbox.kernel.faults import Faults
from connectors.sandbox.kernel.hooks import HookQueue
from connectors.sandbox.kernel.journal import Journal
from connectors.sandbox.kernel.storage import Storage
from sync.core.row import RowRef, Side, TableSpec
from sync.core.write import Write, WriteOp
from tests.connectors.benches import LocalBench, Tenant, Watched
from tests.connectors.support import MovedClock

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
COMPANIES = TableSpec(
    side=Side.CRM, table="cdm_companies", keys=("cdm_companyid",), columns=("cdm_companycode",)
)
_SPACE = UUID("5f3c9d9e-0000-4000-8000-000000000000")


class DataverseBench(LocalBench):
    """The CRM, its service and a person in it."""

    table = "accounts"
    text = "name"
    amount = "creditlimit"
    service = ("/api/data/v9.2/",)
    has_checkpoints = True

    def __init__(
        self,
        options: DataverseOptions | None = None,
        *,
        gab: bool = False,
        tables: Mapping[str, TableSpec] | None = None,
    ) -> None:
        self.tables = tables or {spec.table: spec for spec in (ACCOUNTS, CONTACTS, COMPANIES)}
        self.tenant = Tenant()
        self.clock, self.faults, self.journal = MovedClock(), Faults(), Journal()
        identities = self.tenant.identities
        users = [user_id_of(each.client_id) for each in identities.applications()]
        self.system = DataverseSystem(Storage(), gab=gab)
        seed_system(self.system, identities.callers(*users).values())
        self.hooks = HookQueue(self.faults)
        self.app = create_app(
            self.system, self.tenant.verifier(*users), self.journal, self.faults, self.hooks
        )
        self.carrier = Watched(self.app)
        self.options = options or DataverseOptions(page_size=3)
        self.connector: DataverseConnector = self.open(identities.service)
        self.person: DataverseConnector = self.open(identities.person)

    def open(self, application: Application) -> DataverseConnector:
        return open_dataverse(
            URL,
            self.tenant.credentials(application),
            self.tables,
            self.options,
            clock=self.clock,
            carrier=self.carrier,
            token_carrier=self.tenant.carrier,
        )

    def new(self, number: int) -> Write:
        return Write(
            WriteOp.CREATE,
            RowRef(Side.CRM, "accounts", str(uuid5(_SPACE, str(number)))),
            {
                "name": f"Account {number}",
                "creditlimit": Decimal(number) + Decimal("0.25"),
                "msdyn_company": None,
            },
        )

    def unacceptable(self, number: int) -> Write:
        write = self.new(number)
        return Write(write.op, write.ref, {**write.values, "name": "x" * 1000})

    def nobody(self) -> RowRef:
        return RowRef(Side.CRM, "accounts", str(uuid5(_SPACE, "nobody")))
