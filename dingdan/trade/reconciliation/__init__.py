"""Reconciliation: what banks, gateways and carriers say of our money, and what our books say."""
