"""Numbers in, numbers out: nothing here knows of messages."""
