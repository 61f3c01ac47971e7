"""Keeps tokens so that a copy of the database gives none away.

Inbound tokens are only ever compared, so a keyed hash is stored; outbound ones have to be sent, so
they are sealed, together with the partner they belong to: a sealed token that was moved to another
partner's record does not open there.
"""

import hmac
import json
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import dataclass, field

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from domain import errors

_SHORTEST_PEPPER = 16
_MOST_OPENED = 2_000


@dataclass(frozen=True)
class TokenVault:
    """The Secrets port. Seals are Fernet's (AES-128-CBC, HMAC-SHA256), hashes HMAC-SHA256."""

    cipher: MultiFernet = field(repr=False)
    newest: MultiFernet = field(repr=False)
    pepper: bytes = field(repr=False)
    opened: dict[tuple[str, str], str] = field(default_factory=dict, repr=False, compare=False)
    """What was unsealed in this process, which has the keys, too: each call to a partner asks."""

    @classmethod
    def from_settings(cls, *, keys: Iterable[str], pepper: str) -> "TokenVault":
        """`keys` are Fernet keys, newest first: the first one seals, every one of them opens.

        :raises ValueError: naming the setting that cannot be used, not its value.
        """
        if len(pepper) < _SHORTEST_PEPPER:
            raise ValueError(f"HUB_TOKEN_PEPPER: {_SHORTEST_PEPPER} characters or more are needed")
        ciphers = [_cipher(key, position) for position, key in enumerate(keys, start=1)]
        if not ciphers:
            raise ValueError("HUB_SECRET_KEYS: at least one key is needed")
        return cls(MultiFernet(ciphers), MultiFernet(ciphers[:1]), pepper.encode())

    def new_token(self) -> str:
        """64 characters of A-Z, a-z, 0-9, `-` and `_`: 384 random bits (T-AUTH-5)."""
        return secrets.token_urlsafe(48)

    def fingerprint(self, token: str) -> str:
        """64 hexadecimal digits; the same for the same token as long as the pepper stays."""
        return self._keyed_hash(b"token", token.encode("utf-8", "surrogatepass")).hex()

    def seal(self, token: str, *, partner_id: str) -> str:
        """Another text each time; ASCII, about 100 characters more than the token."""
        return self.cipher.encrypt(json.dumps([partner_id, token]).encode()).decode("ascii")

    def unseal(self, sealed: str, *, partner_id: str) -> str:
        if (token := self.opened.get((sealed, partner_id))) is None:
            token = self._unsealed(sealed, partner_id)
            if len(self.opened) >= _MOST_OPENED:
                self.opened.clear()
            self.opened[sealed, partner_id] = token
        return token

    def _unsealed(self, sealed: str, partner_id: str) -> str:
        try:
            owner, token = json.loads(self.cipher.decrypt(sealed.encode()))
        except InvalidToken:
            raise errors.SecretUnreadable("no key opens this sealed token") from None
        if owner != partner_id:
            raise errors.SecretUnreadable("this sealed token belongs to another partner")
        return str(token)

    def reseal(self, sealed: str, *, partner_id: str) -> str:
        """Safe to repeat. Once every token is resealed, the older keys can go."""
        return self.seal(self.unseal(sealed, partner_id=partner_id), partner_id=partner_id)

    def is_newest(self, sealed: str, *, partner_id: str) -> bool:
        """Under each of the former keys it is not, though it opens."""
        self.unseal(sealed, partner_id=partner_id)
        try:
            self.newest.decrypt(sealed.encode())
        except InvalidToken:
            return False
        return True

    def sign(self, payload: bytes) -> str:
        """43 characters that are safe in a URL."""
        return urlsafe_b64encode(self._keyed_hash(b"payload", payload)).rstrip(b"=").decode("ascii")

    def verify(self, payload: bytes, signature: str) -> bool:
        """Whether `sign` made this signature for these bytes; takes the same time either way."""
        given = signature.encode("utf-8", "surrogatepass")
        return hmac.compare_digest(self.sign(payload).encode(), given)

    def _keyed_hash(self, purpose: bytes, message: bytes) -> bytes:
        """The purpose goes in first, so that no signature is ever the fingerprint of a token."""
        return hmac.digest(self.pepper, purpose + b"\0" + message, "sha256")


def _cipher(key: str, position: int) -> Fernet:
    try:
        return Fernet(key)
    except ValueError:
        raise ValueError(f"HUB_SECRET_KEYS: key {position} is not a Fernet key") from None
