"""Olist: orders of a Brazilian marketplace, with sellers, several payments an order, and the dates of their deliveries."""
