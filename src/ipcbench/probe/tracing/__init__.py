"""The stages of single messages: stamps planted round the parts of a channel, without touching CPython."""
