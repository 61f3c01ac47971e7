"""Attacks on a running hub, a file a kind."""
