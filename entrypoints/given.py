"""What the environment gives: texts, numbers, seconds, switches. A wrong one is one clear line."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network

from domain.validation import USUAL, Validation
from entrypoints.folder import CannotRun

VALIDATION_WORDS = "not MODE or DIRECTION=MODE with push, pull, cdr and enforce, remark, off"


class SettingsError(CannotRun):
    """A setting that is missing or wrong: the message names it and says what is expected."""


@dataclass(frozen=True)
class Given:
    """Values by their names in the environment; an empty one counts as missing."""

    values: Mapping[str, str]

    def text(self, name: str, default: str = "") -> str:
        """The value, else the default."""
        return self.values.get(name) or default

    def wrong(self, name: str, expected: str) -> SettingsError:
        """What is to be raised for a value that cannot be used."""
        return SettingsError(f"{name}={self.text(name)}: {expected}")

    def number(self, name: str, default: int, *, least: int = 1, most: int = 2**31) -> int:
        """A whole number within bounds. :raises SettingsError:"""
        text = self.text(name, str(default))
        if not (text.isascii() and text.isdigit()):
            raise self.wrong(name, "not a whole number")
        if not least <= int(text) <= most:
            raise self.wrong(name, f"not between {least} and {most}")
        return int(text)

    def seconds(self, name: str, default: float) -> float:
        """More than none, and less than a day. :raises SettingsError:"""
        try:
            seconds = float(self.text(name, str(default)))
        except ValueError:
            raise self.wrong(name, "not a number of seconds") from None
        if not 0 < seconds < 86_400:
            raise self.wrong(name, "not between 0 and 86400 seconds")
        return seconds

    def switch(self, name: str) -> bool:
        """On or off, off unless given. :raises SettingsError:"""
        text = self.text(name, "0").lower()
        if text in ("1", "true", "yes", "on"):
            return True
        if text in ("0", "false", "no", "off"):
            return False
        raise self.wrong(name, "neither on (1, true, yes) nor off (0, false, no)")

    def checked(self, name: str, default: str, good: Callable[[str], bool], expected: str) -> str:
        """A text that is `good`. :raises SettingsError: that says what was expected."""
        text = self.text(name, default)
        if not good(text):
            raise self.wrong(name, expected)
        return text

    def networks(self, name: str, default: str) -> tuple[IPv4Network | IPv6Network, ...]:
        """Networks and addresses with commas between; of "" none. :raises SettingsError:"""
        text = self.text(name, default)
        try:
            return tuple(ip_network(each.strip()) for each in text.split(",") if text)
        except ValueError:
            expected = "not networks such as 10.0.0.0/8, with commas between"
            raise self.wrong(name, expected) from None

    def validation(self, name: str) -> Validation:
        """The modes of validation, where they are not the usual ones. :raises SettingsError:"""
        text = self.text(name)
        try:
            return USUAL.changed(text) if text else USUAL
        except ValueError:
            raise self.wrong(name, VALIDATION_WORDS) from None
