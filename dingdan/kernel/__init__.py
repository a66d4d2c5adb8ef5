"""The ground: tenants, money, the journal and the write path. No business word inside."""
