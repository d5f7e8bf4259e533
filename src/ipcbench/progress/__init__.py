"""How a run that goes on is shown: on a terminal, or as lines of a log."""
