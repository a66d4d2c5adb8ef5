"""Orders from anybody's .csv or .xlsx file: a mapping says which column is what."""
