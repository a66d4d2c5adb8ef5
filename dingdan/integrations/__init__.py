"""THE STREET: adapters to the outside, one folder each, all alike."""
