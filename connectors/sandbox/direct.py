"""The local systems behind the connector port, in this process and without HTTP.

For simulation, replay and benchmarks: the systems' own business logic, at the speed of a call.
"""

from connectors.sandbox.direct_dataverse import DirectDataverse
from connectors.sandbox.direct_finops import DirectFinops

__all__ = ["DirectDataverse", "DirectFinops"]
