"""Stripe: payers pay on Stripe's own page, so that no card number ever passes through this program (SAQ A)."""
