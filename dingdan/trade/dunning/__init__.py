"""Customers who owe are reminded, and told how they stand."""
