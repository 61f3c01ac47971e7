"""Objects: what owners write and the hub keeps, from locations to sessions; pages of them.

It imports `partners`.
"""
