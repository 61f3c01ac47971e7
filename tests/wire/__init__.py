"""What the wire accepts and refuses: JSON, and OCPI's field tables."""
