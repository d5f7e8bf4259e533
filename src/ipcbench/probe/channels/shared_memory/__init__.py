"""Memory that both processes see, and what tells them when to look."""
