"""Partners: the handshake, what each may speak for, whether it is there, who sees whom.

The base of all other rooms: it imports none of them.
"""
