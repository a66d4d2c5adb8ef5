"""The books: goods in one, money in the other. They do not know each other."""
