"""Deliveries and lanes: what is owed to whom, why it is still owed, and trying it again.

A partner sees what it is owed itself. It imports no other room.
"""
