"""The operations, one module for each thing that they are about. Importing this mounts them all."""

from dingdan.web.api.resources import orders, placing, shipments, stock

__all__ = ["orders", "placing", "shipments", "stock"]
