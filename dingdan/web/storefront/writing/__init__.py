"""What shoppers and the shop write to each other beside the orders: the form to write first, and the page of what was said."""
