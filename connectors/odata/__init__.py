"""What both systems share on the wire: HTTP transport, tokens, batches, keys, errors, limits."""
