"""The journal of the books for accountants: vouchers, and how the programs that they work with read them."""
