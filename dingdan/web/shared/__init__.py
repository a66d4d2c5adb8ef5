"""The hall that the doors share."""
