"""Commands and charging profiles: what may be asked of a CPO, and what becomes of it.

It imports `routing` and `partners`.
"""
