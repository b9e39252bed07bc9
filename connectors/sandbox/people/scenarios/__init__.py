"""The documented scenarios as steps that a person does, each with what must be so afterwards."""

from connectors.sandbox.people.scenarios.crm_organisation import S2
from connectors.sandbox.people.scenarios.crm_person import S4
from connectors.sandbox.people.scenarios.crm_quote import S6
from connectors.sandbox.people.scenarios.erp_organisation import S1
from connectors.sandbox.people.scenarios.erp_person import S3
from connectors.sandbox.people.scenarios.erp_quotation import S5
from connectors.sandbox.people.scenarios.lead_to_invoice import S7
from connectors.sandbox.people.scenarios.repeating import ALL
from connectors.sandbox.people.scenarios.running import StepResult, run_scenario
from connectors.sandbox.people.scenarios.steps import Scenario, Step
from connectors.sandbox.people.scenarios.world import World

SCENARIOS: tuple[Scenario, ...] = (S1, S2, S3, S4, S5, S6, S7, ALL)

__all__ = [
    "ALL",
    "S1",
    "S2",
    "S3",
    "S4",
    "S5",
    "S6",
    "S7",
    "SCENARIOS",
    "Scenario",
    "Step",
    "StepResult",
    "World",
    "run_scenario",
]
