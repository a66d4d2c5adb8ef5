"""Pages on which registers are kept: forms, files, and changes of many rows at once."""
