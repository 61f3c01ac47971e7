"""Webhooks: who is told of which events, and where.

A partner sees its own, operators all. It imports no other room.
"""
