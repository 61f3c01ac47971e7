"""Routing: requests that go to another party at once, and their answers back.

It imports `objects` and the rooms below.
"""
