"""Rates at which prices and amounts are also shown in other currencies, for information only: nothing is ever posted at one."""
