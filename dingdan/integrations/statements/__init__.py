"""Bank statements as files: camt, MT940, tables. Bytes go in, heads and lines come out; nothing here knows the books."""
