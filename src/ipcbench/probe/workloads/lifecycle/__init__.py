"""How channels begin and end: each message has processes of its own."""
