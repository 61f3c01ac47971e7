"""Tokens at rest: what the hub stores of a token is worth nothing without keys kept elsewhere."""

from adapters.secrets.signing import StandardSigner
from adapters.secrets.vault import TokenVault

__all__ = ["StandardSigner", "TokenVault"]
