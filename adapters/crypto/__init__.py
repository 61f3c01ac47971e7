"""Tokens at rest: what the hub stores of a token is worth nothing without keys kept elsewhere."""

from adapters.crypto.signing import StandardSigner
from adapters.crypto.vault import TokenVault

__all__ = ["StandardSigner", "TokenVault"]
