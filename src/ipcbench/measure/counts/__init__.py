"""What a message takes from the kernel, counted."""
