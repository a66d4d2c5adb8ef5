"""How people look at lists: views that they keep, columns that they chose, and what they took along as files."""
