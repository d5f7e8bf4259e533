"""Raw loops that others are compared with, and `null`."""
