"""CDRs: custody, Credit CDRs, doubts, and what all bills come to.

It imports `delivery`, `objects` and `partners`.
"""
