"""Webhooks: events for those who want more than OCPI says.

It imports `delivery`.
"""
