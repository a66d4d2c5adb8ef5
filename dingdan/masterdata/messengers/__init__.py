"""How the shop speaks to customers beside mail: accounts at firms that carry short messages."""
