"""Review: which orders pass by themselves, and which wait until people have looked at them."""
