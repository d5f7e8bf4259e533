"""What each command does with sets of live cases, until it is enough."""
