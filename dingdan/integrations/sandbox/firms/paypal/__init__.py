"""A double of PayPal, at the level of its public REST API: Orders v2, Payments v2, webhooks, transaction search."""

from dingdan.integrations.sandbox.firms.paypal.firm import PayPal

__all__ = ["PayPal"]
