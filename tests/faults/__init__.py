"""What breaks, breaks here on purpose; a package, so that its hub ends with its last test."""
