"""What shoppers see: shelves, products with price and promise, search. Never writes."""
