"""What follows from what: reactions, schedules, notices, the worker."""
