"""Reports: each says what it counts, as what, and how it is drawn. Back office, API, command line and mails show the same."""
