"""How the house is switched on: settings, addresses, the server, the command line, the embedded database."""
