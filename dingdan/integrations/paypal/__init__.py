"""PayPal: orders that a payer approves on PayPal's pages and that we then let be paid, holds, refunds, notices and bills."""
