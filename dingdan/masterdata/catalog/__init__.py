"""What the shop sells: products, their variants, and the kits made of them."""
