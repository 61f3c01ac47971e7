"""What the hub is about: partners, what they own, who may have it, and what is owed to whom.

Plain Python; no third-party import, no clock, no randomness, no input or output.
"""
