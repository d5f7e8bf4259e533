"""Tables, charts and formats of records: from analysis alone."""
