"""A `tune`: what a message costs, what could make it cheaper, tried live, in turns, until it is decided."""
