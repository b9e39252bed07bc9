"""Whatever arrives at a webhook wakes somebody or is refused; it never breaks the receiver."""

from __future__ import annotations

import contextlib
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from connectors.dataverse.notices import read_notice as read_crm
from connectors.finops.catalog import Entity
from connectors.finops.notices import read_notice as read_erp
from connectors.odata import jsonwire
from sync.core.row import Side, TableSpec
from sync.errors import InputUnusable

ENTITY = Entity(
    TableSpec(Side.ERP, "Xs", ("dataAreaId", "Id"), ()),
    {"dataAreaId": "Edm.String", "Id": "Edm.Int64"},
    "XEntity",
)
scalars = st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.text(max_size=8)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["key", "value", "Attributes", "KeyAttributes", "__value", "x"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
pairs = st.lists(
    st.fixed_dictionaries(
        {
            "key": st.sampled_from(["Target", "PreImage"]) | values,
            "value": st.fixed_dictionaries({"Attributes": values, "KeyAttributes": values})
            | values,
        }
    ),
    max_size=3,
)
notices = st.fixed_dictionaries(
    {},
    optional={
        "PrimaryEntityName": st.sampled_from(["mserp_xentity", "account"]) | values,
        "PrimaryEntityId": values,
        "MessageName": values,
        "InputParameters": pairs | values,
    },
)


@given(notices)
def test_any_json_is_read_or_refused(notice: dict[str, Any]) -> None:
    body = jsonwire.encode(notice)
    with contextlib.suppress(InputUnusable):
        told = read_erp(body, {"Xs": ENTITY})
        assert told.table in (None, "Xs") or told.row_id is None
    with contextlib.suppress(InputUnusable):
        assert read_crm(body, {"account": "accounts"}.get).table in (None, "accounts")


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    with contextlib.suppress(InputUnusable):
        read_erp(body, {"Xs": ENTITY})
    with contextlib.suppress(InputUnusable):
        read_crm(body, {"account": "accounts"}.get)
