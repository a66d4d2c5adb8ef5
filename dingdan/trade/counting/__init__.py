"""Counting: sheets of what lies on the shelves, what was found there, and the books corrected by it."""
