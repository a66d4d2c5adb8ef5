"""Tickets: what customers ask and complain about, who looks after it, and by when."""
