"""Delivery: what is owed to one partner, how an attempt ends, whether a lane is well.

It imports `objects` and `partners`.
"""
