"""Fulfillment: from a promise to goods at the door."""
