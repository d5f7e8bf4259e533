"""A run: launches of all groups, pass by pass, until they are precise or the time is up."""
