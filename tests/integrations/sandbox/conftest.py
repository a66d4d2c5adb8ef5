"""The same shop as for the money book."""

from tests.ledgers.payments.conftest import desk

__all__ = ["desk"]
