"""Who sells beside the shop itself, in a shop that is a marketplace."""
