"""Importers: other people's files, read line by line, made documents, and booked through everybody's commands."""
