"""Partners: parties and roles, what a connection may speak for, who may see whom.

The base of the domain's rooms: it imports none of them.
"""
