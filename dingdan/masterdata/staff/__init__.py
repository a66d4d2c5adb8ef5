"""Who works here: memberships, roles as sets of command names, and API keys."""
