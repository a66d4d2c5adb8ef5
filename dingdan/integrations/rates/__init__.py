"""Lists of rates from elsewhere: the daily list of the European Central Bank, and tables of one's own."""
