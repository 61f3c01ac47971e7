"""What the Signer port promises: a subscriber that knows the scheme can trust what it is told."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from freezegun import freeze_time
from standardwebhooks import Webhook, WebhookVerificationError

from adapters.crypto import StandardSigner
from domain.ports import Signer

AT = datetime(2026, 1, 1, 12, 0, 0, 900_000, tzinfo=UTC)
BODY = '{"type":"cdr.delivered","data":{"name":"é","kwh":1.50}}'.encode()


def signed(signer: Signer, secret: str, *, body: bytes = BODY) -> dict[str, str]:
    return dict(signer.headers(secret, message_id="msg-1", at=AT, body=body))


def test_every_secret_is_new_and_long_enough() -> None:
    signer: Signer = StandardSigner()
    secrets = [signer.new_secret() for _ in range(50)]

    assert len(set(secrets)) == 50
    assert all(each.startswith("whsec_") for each in secrets)
    assert {len(base64.b64decode(each.removeprefix("whsec_"))) for each in secrets} == {24}


def test_what_is_signed_is_verified_by_the_scheme() -> None:
    signer = StandardSigner()
    secret = signer.new_secret()
    headers = signed(signer, secret)

    assert (headers["webhook-id"], headers["webhook-timestamp"]) == ("msg-1", "1767268800")
    with freeze_time(AT):
        assert Webhook(secret).verify(BODY.decode(), headers) is not None


@pytest.mark.parametrize(
    "changed",
    [
        {"webhook-id": "msg-2"},
        {"webhook-timestamp": "1767268801"},
        {"webhook-signature": "v1,AAAA"},
    ],
)
def test_what_was_changed_on_the_way_is_not_trusted(changed: dict[str, str]) -> None:
    signer = StandardSigner()
    secret = signer.new_secret()

    with freeze_time(AT), pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(BODY.decode(), {**signed(signer, secret), **changed})


def test_another_body_another_secret_or_another_day_is_not_trusted() -> None:
    signer = StandardSigner()
    secret = signer.new_secret()
    headers = signed(signer, secret)

    with freeze_time(AT), pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(BODY.decode() + " ", headers)
    with freeze_time(AT), pytest.raises(WebhookVerificationError):
        Webhook(signer.new_secret()).verify(BODY.decode(), headers)
    with freeze_time(AT + timedelta(days=1)), pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(BODY.decode(), headers)
