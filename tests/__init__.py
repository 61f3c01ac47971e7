"""What the hub promises, a sentence a test.

Stores, sockets and processes are real; only partners are played.
"""
