"""Tables and charts: from analysis alone."""
