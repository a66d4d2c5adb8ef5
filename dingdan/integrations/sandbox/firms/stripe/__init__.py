"""A double of Stripe, at the level of its public HTTP API (https://docs.stripe.com/api)."""

from dingdan.integrations.sandbox.firms.stripe.firm import Stripe

__all__ = ["Stripe"]
