"""The customer's own desk: an order in the hands of whoever it is for. Opened by a signed link, or by whoever is signed in."""
