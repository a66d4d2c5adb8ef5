"""What things cost: price lists, taxes and shipping."""
