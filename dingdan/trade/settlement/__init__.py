"""Settlement: the papers about money: invoices and credit notes."""
