"""Web push: messages to a browser by the push service of whoever made it."""
