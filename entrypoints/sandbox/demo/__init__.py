"""A roaming day at a fresh hub, told step by step: what the hub does, seen from its partners.

It is a script of chapters; like the rest of the sandbox it knows nothing of the hub's insides.
"""
