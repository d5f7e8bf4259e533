"""What `multiprocessing` brings, and its parts."""
