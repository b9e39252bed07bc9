"""Shipped fakes and contract suites: in-memory store and log, manual clock, fault points."""
