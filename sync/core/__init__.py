"""The rules of synchronisation: pure functions and values, no I/O, clock, randomness or logging."""
