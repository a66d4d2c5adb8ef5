"""The board: one row per order with what lists and searches need, kept behind the journal."""
