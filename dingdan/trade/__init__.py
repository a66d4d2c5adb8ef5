"""The desks: documents and their lives."""
