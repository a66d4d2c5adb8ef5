"""People who want to know when an article can be had again."""
