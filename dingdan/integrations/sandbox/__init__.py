"""A gateway that lives in our own database and can be told to misbehave: for demonstrations and tests."""
