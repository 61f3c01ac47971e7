"""Looks for what an operator has to do something about, and whether it is over.

Above the rooms whose stores and use cases it asks; none of them knows of it.
"""
