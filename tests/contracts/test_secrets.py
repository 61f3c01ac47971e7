"""What the Secrets port promises of tokens at rest, and what its keys must be."""

from base64 import urlsafe_b64decode

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st

from adapters.crypto import TokenVault
from adapters.crypto import vault as tokens_opened
from domain import errors
from domain.ports import Secrets

OLD_KEY = Fernet.generate_key().decode()
NEW_KEY = Fernet.generate_key().decode()
PEPPER = "a pepper for the tests"
TEXTS = st.text()


def vault(*keys: str, pepper: str = PEPPER) -> TokenVault:
    return TokenVault.from_settings(keys=keys or (NEW_KEY,), pepper=pepper)


def test_a_new_token_is_64_characters_that_ocpi_allows_and_new() -> None:
    port: Secrets = vault()
    tokens = [port.new_token() for _ in range(100)]

    assert {len(token) for token in tokens} == {64}
    assert all("!" <= character <= "~" for token in tokens for character in token)
    assert len(set(tokens)) == 100


def test_a_fingerprint_is_the_same_each_time_and_hangs_on_token_and_pepper() -> None:
    fingerprint = vault().fingerprint("token")

    assert fingerprint == vault(OLD_KEY).fingerprint("token")
    assert fingerprint != vault().fingerprint("Token")
    assert fingerprint != vault(pepper="another pepper, as long").fingerprint("token")
    assert "token" not in fingerprint


def test_a_fingerprint_is_taken_of_any_header() -> None:
    assert len(vault().fingerprint("\udcff\ud800\x00é")) == 64


@given(token=TEXTS, partner_id=TEXTS)
def test_a_sealed_token_opens_for_its_partner(token: str, partner_id: str) -> None:
    sealed = vault().seal(token, partner_id=partner_id)

    assert vault().unseal(sealed, partner_id=partner_id) == token


def test_a_sealed_token_shows_neither_token_nor_partner_and_differs_each_time() -> None:
    sealed = vault().seal("secret-token", partner_id="partner-1")

    assert "secret-token" not in sealed
    assert sealed != vault().seal("secret-token", partner_id="partner-1")


def test_a_sealed_token_does_not_open_for_another_partner() -> None:
    sealed = vault().seal("token", partner_id="1")

    with pytest.raises(errors.SecretUnreadable) as refusal:
        vault().unseal(sealed, partner_id="2")

    assert "token'" not in str(refusal.value)


@pytest.mark.parametrize("broken", ["", "garbage", "gAAAAA", "é"])
def test_what_was_never_sealed_does_not_open(broken: str) -> None:
    with pytest.raises(errors.SecretUnreadable):
        vault().unseal(broken, partner_id="1")


def test_a_changed_seal_does_not_open() -> None:
    sealed = vault().seal("token", partner_id="1")

    with pytest.raises(errors.SecretUnreadable):
        vault().unseal(
            sealed[:30] + ("A" if sealed[30] != "A" else "B") + sealed[31:], partner_id="1"
        )


def test_keys_rotate_old_ones_open_the_newest_seals_and_resealing_lets_the_old_one_go() -> None:
    sealed = vault(OLD_KEY).seal("token", partner_id="1")
    rotating = vault(NEW_KEY, OLD_KEY)

    assert rotating.unseal(sealed, partner_id="1") == "token"
    resealed = rotating.reseal(sealed, partner_id="1")
    assert vault(NEW_KEY).unseal(resealed, partner_id="1") == "token"


def test_a_token_whose_key_is_gone_is_unreadable() -> None:
    sealed = vault(OLD_KEY).seal("token", partner_id="1")

    with pytest.raises(errors.SecretUnreadable):
        vault(NEW_KEY).unseal(sealed, partner_id="1")


def test_another_partners_token_is_not_resealed() -> None:
    sealed = vault().seal("token", partner_id="1")

    with pytest.raises(errors.SecretUnreadable):
        vault().reseal(sealed, partner_id="2")


@given(payload=st.binary(), other=st.binary())
def test_a_signature_is_good_for_its_payload_only(payload: bytes, other: bytes) -> None:
    signature = vault().sign(payload)

    assert vault().verify(payload, signature)
    assert vault().verify(other, signature) == (other == payload)


@given(signature=st.text())
def test_a_signature_that_the_hub_did_not_make_is_not_accepted(signature: str) -> None:
    assert not vault().verify(b"payload", signature)


def test_a_signature_is_safe_in_a_url_and_hangs_on_the_pepper() -> None:
    signature = vault().sign(b"payload")

    assert signature.replace("-", "").replace("_", "").isalnum()
    assert not vault(pepper="another pepper, as long").verify(b"payload", signature)


def test_a_signature_does_not_give_the_fingerprint_of_a_token_away() -> None:
    signed = urlsafe_b64decode(vault().sign(b"token") + "=").hex()

    assert signed != vault().fingerprint("token")


@pytest.mark.parametrize(
    ("keys", "pepper", "named"),
    [
        ((), PEPPER, "HUB_SECRET_KEYS: at least one key"),
        (("not-a-key",), PEPPER, "HUB_SECRET_KEYS: key 1 "),
        ((NEW_KEY, "not-a-key"), PEPPER, "HUB_SECRET_KEYS: key 2 "),
        ((NEW_KEY,), "", "HUB_TOKEN_PEPPER"),
        ((NEW_KEY,), "too short", "HUB_TOKEN_PEPPER"),
    ],
)
def test_settings_that_cannot_keep_a_secret_are_refused_by_name(
    keys: tuple[str, ...], pepper: str, named: str
) -> None:
    with pytest.raises(ValueError, match=named) as refusal:
        TokenVault.from_settings(keys=keys, pepper=pepper)

    assert "not-a-key" not in str(refusal.value)
    assert "too short" not in str(refusal.value)


def test_no_secret_is_in_the_repr_of_a_vault() -> None:
    assert repr(vault()) == "TokenVault()"


def test_few_opened_tokens_are_held_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens_opened, "_MOST_OPENED", 3)
    held = vault()
    sealed = {str(number): held.seal(f"T{number}", partner_id=str(number)) for number in range(7)}

    for _ in range(2):
        for partner_id, each in sealed.items():
            assert held.unseal(each, partner_id=partner_id) == f"T{partner_id}"

    assert len(held.opened) <= 3
    assert "T6" not in repr(held)
