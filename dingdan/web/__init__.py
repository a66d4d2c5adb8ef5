"""The doors: HTTP in, JSON and pages out. They hold no rules: parse, one command or one question, answer."""
