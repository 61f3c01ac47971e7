"""CDRs in custody and the settlement: for the party that bills, the party that owes, operators.

How the one delivery of a CDR stands is told in the words of `delivery`, which it imports.
"""
