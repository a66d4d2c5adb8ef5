"""The registers: what the shop sells, to whom, where, for how much, and who may do what."""
