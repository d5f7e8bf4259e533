"""What is printed of each kind of record."""
