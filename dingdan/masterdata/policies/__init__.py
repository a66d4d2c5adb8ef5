"""What may come back and at what cost: the shop's own rules about returns, as data."""
