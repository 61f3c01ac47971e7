"""Whole running hubs, spoken to as OCPI partners speak to them."""
