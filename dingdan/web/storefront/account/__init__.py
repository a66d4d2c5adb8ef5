"""The shopper's account: signing in at a shop, and everything that somebody sees and does there as themselves."""
