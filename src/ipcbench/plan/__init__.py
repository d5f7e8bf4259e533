"""What to measure: cases, their coordinates, groups and their order. Pure values; nothing here runs."""
