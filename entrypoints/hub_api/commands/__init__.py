"""Commands: sent for an id at once, and what becomes of each, for its requester and operators.

A command is begun here or on OCPI's own path, and is the same then. It imports no other room.
"""
