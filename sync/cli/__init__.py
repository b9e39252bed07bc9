"""The `dualwrite` command: the same use cases from a shell."""
