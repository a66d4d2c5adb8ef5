"""The back office: what the people of a shop see. For now it shows everything and writes nothing."""
