"""Where payment firms tell what happened. Whoever comes here is believed by signature alone."""
