"""Live processes for every command: interpreters, launchers, sets of live cases; launched once, here."""
