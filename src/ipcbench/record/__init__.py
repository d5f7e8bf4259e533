"""The run document: its schema, its journal, its store. Knows nothing of processes or charts."""
