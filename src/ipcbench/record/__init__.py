"""What every command stores: kinds of records, journals, the store. Knows nothing of processes or charts."""
