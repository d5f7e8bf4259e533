"""What on this machine will disturb measuring, and what to do about it."""
