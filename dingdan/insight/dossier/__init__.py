"""Everything that is known of one person, for whoever asks for it."""
