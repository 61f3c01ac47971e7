"""Commands and charging profiles: sent once at most, followed until their result is passed on.

It imports `routing` and the rooms below, and nothing of `cdrs`.
"""
