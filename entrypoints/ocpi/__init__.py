"""The OCPI surface of the hub: strict, and nothing but OCPI."""
