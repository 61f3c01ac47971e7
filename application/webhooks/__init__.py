"""Webhooks: who is told of which events, and how an event is signed and sent.

Events wait in lanes like all that is owed. It imports `delivery` and `partners`.
"""
