"""OCPI partner platforms of our own, for tests, the demo and partners who try things out.

They are written from the OCPI side alone and import nothing of the hub: they check it from outside.
"""

from entrypoints.sandbox.client import HubClient, RegistrationRefused
from entrypoints.sandbox.exchange import Exchange
from entrypoints.sandbox.journal import Received, Sent
from entrypoints.sandbox.parties import Party
from entrypoints.sandbox.platform import Platform
from entrypoints.sandbox.reply import Reply, refused, success
from entrypoints.sandbox.routing import OMITTED
from entrypoints.sandbox.wire import Answer, HubUnreachable

__all__ = [
    "OMITTED",
    "Answer",
    "Exchange",
    "HubClient",
    "HubUnreachable",
    "Party",
    "Platform",
    "Received",
    "RegistrationRefused",
    "Reply",
    "Sent",
    "refused",
    "success",
]
