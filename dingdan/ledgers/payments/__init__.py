"""The money book: who owes what to whom, what was paid, and every movement as a posting."""
