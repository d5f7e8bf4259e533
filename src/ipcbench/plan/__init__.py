"""What to measure: cases, axes, groups and their order. Pure values; nothing here runs."""
