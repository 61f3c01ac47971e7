"""The hub API, /hub/v1: what partners and operators want that OCPI does not offer."""
