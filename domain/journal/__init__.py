"""What went over the wire: every request that came in or went out, as the hub saw it."""
