"""Facts of this machine that figures depend on."""
