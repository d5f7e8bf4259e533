"""The next message waits for the one before, or for room."""
