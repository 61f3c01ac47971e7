"""Benchmarks, with the limits that they are held against: `make bench`."""
