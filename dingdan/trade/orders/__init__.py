"""Orders: from a cart or a call to a promise that holds goods and awaits money."""
