"""Rollups: sums by day, kept behind the journal, so that no figure is ever added up from orders while somebody waits."""
