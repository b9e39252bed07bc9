"""The local ERP with a connector: prospects are what the contract suite writes."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from connectors.finops import FinopsConnector, FinopsOptions, open_finops
from connectors.sandbox.entra import Application
from connectors.sandbox.finops.app import create_app
from connectors.sandbox.finops.system import FinopsSystem
from connectors.sandbox.kernel.faults import Faults
from connectors.sandbox.kernel.journal import Journal
from connectors.sandbox.kernel.storage import Storage
from sync.core.row import RowRef, Side, TableSpec
from sync.core.write import Write, WriteOp
from tests.connectors.benches import LocalBench, Tenant, Watched
from tests.connectors.support import MovedClock

URL = "https://erp.test"
PROSPECTS = TableSpec(
    side=Side.ERP,
    table="Prospects",
    keys=("dataAreaId", "ProspectId"),
    columns=("ProspectName", "ProspectKnownAsName", "CreditLimit", "ProspectRelationTypeId"),
    company="dataAreaId",
)
ADDRESSES = TableSpec(
    side=Side.ERP,
    table="PartyLocationPostalAddressesV2",
    keys=("PartyNumber", "LocationId", "ValidFrom"),
    columns=("Street", "City", "IsPrimary"),
)
CONTACTS = TableSpec(
    side=Side.ERP,
    table="CDSContactPersonsV2",
    keys=(
        "dataAreaId",
        "ContactPersonPartyNumber",
        "AssociatedContactType",
        "AssociatedContactNumber",
    ),
    columns=("FirstName", "LastName"),
    company="dataAreaId",
)


class FinopsBench(LocalBench):
    """The ERP, its service and a person in it."""

    table = "Prospects"
    text = "ProspectKnownAsName"
    amount = "CreditLimit"
    service = ("/data/", "/metadata/")
    has_checkpoints = False

    def __init__(
        self,
        options: FinopsOptions | None = None,
        *,
        page_size: int = 10_000,
        tables: Mapping[str, TableSpec] | None = None,
    ) -> None:
        self.tables = tables or {spec.table: spec for spec in (PROSPECTS, ADDRESSES, CONTACTS)}
        self.tenant = Tenant()
        self.clock, self.faults, self.journal = MovedClock(), Faults(), Journal()
        self.system = FinopsSystem(Storage())
        self.app = create_app(
            self.system,
            verifier=self.tenant.verifier("service", "person"),
            faults=self.faults,
            journal=self.journal,
            page_size=page_size,
        )
        self.carrier = Watched(self.app)
        self.options = options or FinopsOptions(page_size=3)
        self.connector: FinopsConnector = self.open(self.tenant.identities.service)
        self.person: FinopsConnector = self.open(self.tenant.identities.person)

    def open(self, application: Application) -> FinopsConnector:
        return open_finops(
            URL,
            self.tenant.credentials(application),
            self.tables,
            self.options,
            clock=self.clock,
            carrier=self.carrier,
            token_carrier=self.tenant.carrier,
        )

    def new(self, number: int) -> Write:
        key = f"dataAreaId='usmf',ProspectId='T-{number:06}'"
        return Write(
            WriteOp.CREATE,
            RowRef(Side.ERP, "Prospects", key),
            {
                "ProspectName": f"Prospect {number}",
                "ProspectKnownAsName": f"Known {number}",
                "ProspectPartyType": "Organization",
                "ProspectRelationTypeId": "Prospect",
                "CreditLimit": Decimal(number) + Decimal("0.25"),
            },
        )

    def unacceptable(self, number: int) -> Write:
        write = self.new(number)
        return Write(write.op, write.ref, {**write.values, "CustomerGroupId": "NOGROUP"})

    def nobody(self) -> RowRef:
        return RowRef(Side.ERP, "Prospects", "dataAreaId='usmf',ProspectId='NOBODY'")
