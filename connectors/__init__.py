"""Adapters to the systems that are synchronised, and sandboxes that imitate them."""
