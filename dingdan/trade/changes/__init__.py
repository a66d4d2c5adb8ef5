"""The change engine: whatever changes a placed order is a change set, seen before it is done and undone where that can be."""
