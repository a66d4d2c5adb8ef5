"""What can be done about money outside and in the books."""

from dingdan.trade.reconciliation.commands.differing import DiscrepancyFound, report_discrepancies, resolve_discrepancy

__all__ = ["DiscrepancyFound", "report_discrepancies", "resolve_discrepancy"]
