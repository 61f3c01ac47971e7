"""Signatures of webhooks, by the Standard Webhooks scheme: a well-known library makes them."""

import base64
import secrets
from collections.abc import Mapping
from datetime import datetime

from standardwebhooks import Webhook

_BYTES = 24


class StandardSigner:
    """The Signer port."""

    def new_secret(self) -> str:
        return "whsec_" + base64.b64encode(secrets.token_bytes(_BYTES)).decode()

    def headers(
        self, secret: str, *, message_id: str, at: datetime, body: bytes
    ) -> Mapping[str, str]:
        return {
            "webhook-id": message_id,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": Webhook(secret).sign(message_id, at, body.decode()),
        }
