"""What the local systems share: storage, table model, wire helpers, faults, journal, serving."""
