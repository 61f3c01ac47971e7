"""Who runs the hub: operators' tokens, and the audit trail that every room may write to.

Below all other rooms: it imports none of them.
"""
