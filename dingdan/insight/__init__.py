"""The windows: what can be looked at. Read models that follow the journal and never write a document."""
