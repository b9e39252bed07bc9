"""What every implementation of a port must do, as test classes to inherit.

A suite is a plain class; a backend's test module inherits it and overrides its fixture.
"""

import pytest

for _suite in (
    "log",
    "samples",
    "store",
    "store_decisions",
    "store_history",
    "store_jobs",
    "store_links",
    "store_records",
    "store_relations",
    "store_schedule",
    "store_rows",
):
    pytest.register_assert_rewrite(f"{__name__}.{_suite}")
