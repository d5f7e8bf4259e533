"""What the records say: estimates with intervals, and paired comparisons. From stored documents alone."""
