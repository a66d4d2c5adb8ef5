"""Closing: bills and payouts of gateways against the books, the statement of each day, and what accountants call accounts."""
