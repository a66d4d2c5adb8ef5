"""How shops are paid: their accounts at payment firms."""
