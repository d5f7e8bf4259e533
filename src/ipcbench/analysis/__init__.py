"""What records say: results with intervals, comparisons, histories, explanations. From documents alone."""
