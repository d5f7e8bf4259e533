"""A message taken apart: traces beside the ladder below."""
