"""OCPI as it is spoken on the wire, both ways: JSON, the field tables, and calls to partners."""
