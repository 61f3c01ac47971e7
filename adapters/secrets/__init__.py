"""Tokens at rest: what the hub stores of a token is worth nothing without keys kept elsewhere."""

from adapters.secrets.vault import TokenVault

__all__ = ["TokenVault"]
