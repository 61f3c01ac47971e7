"""Who runs the hub: what each role may do, and the record of what was done.

It stands beside the other rooms and imports none of them.
"""
