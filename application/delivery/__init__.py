"""Delivery: what is owed to one partner waits in a lane, and the pump sends it.

What is sent, and to which endpoint, is the business of the rooms above. It imports `partners`.
"""
