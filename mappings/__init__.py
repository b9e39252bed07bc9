"""The table maps as data, and the lifecycle rules."""
