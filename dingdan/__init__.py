"""Dingdan 訂單: an order management system that keeps promises about goods and money."""

__version__ = "0.1.0"
