"""One suite a port, run on every adapter that claims to be one."""
