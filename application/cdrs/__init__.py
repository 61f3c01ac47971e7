"""CDRs: custody from the CPO's POST until the eMSP has the bill; credits, doubts, settlement.

It imports `routing` and the rooms below, and nothing of `commands`.
"""
