"""What must hold of what records count as."""

from __future__ import annotations

from mappings.validation import Origin, choose
from sync.core.mapping import TableMap


def check_business(table_map: TableMap, origin: Origin) -> None:
    """Check what the records of one map count as.

    Raises:
        MapInvalid: It names a state or a field that is not there, or one that is no amount.
    """
    business = table_map.business
    if business is None:
        return
    known = [state.name for state in table_map.lifecycle.states] if table_map.lifecycle else []
    for figure, states in business.counts.items():
        for state in states:
            if state not in known:
                raise origin.place(("business", "counts", figure)).refuse(
                    f"it counts the state {state!r}, which no lifecycle of the map has.",
                    choose(known, state) if known else "Write `counts: NAME`, for every record.",
                )
    fields = {field.name: field for field in table_map.fields}
    for part, name in (("amount", business.amount), ("currency", business.currency)):
        if name is not None and name not in fields:
            raise origin.place(("business", part)).refuse(
                f"there is no field {name!r}.", choose(fields, name)
            )
    if business.amount is not None and fields[business.amount].type != "decimal":
        raise origin.place(("business", "amount")).refuse(
            f"the field {business.amount!r} is no decimal.", "Name a field of `type: decimal`."
        )
    if business.currency is not None and business.amount is None:
        raise origin.place(("business", "currency")).refuse(
            "there is a currency and no amount.", "Add `amount`, or leave `currency` out."
        )
