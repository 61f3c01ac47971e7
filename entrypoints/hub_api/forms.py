"""How the bodies that operators send are read, and every reason why one cannot be used.

The forms are in the rooms; here are the fields that several of them have.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from marshmallow import Schema, ValidationError
from marshmallow.fields import Field, List
from marshmallow.validate import Length, Regexp

from adapters.ocpi.exact_numbers import is_ordinary
from domain.documents import Document
from domain.errors import InvalidDocument, Problem
from domain.noted_text import storable
from domain.times import parse_moment

_MOST_FIELDS = 50
_LONGEST_PATH = 100


class FewOf(List[Any]):
    """A list whose length is looked at before its entries are."""

    def __init__(self, entry: Field[Any], *, most: int, least: int = 1) -> None:
        wanted: dict[str, Any] = {"required": True} if least else {"load_default": list}
        super().__init__(entry, validate=Length(least, most), **wanted)
        self.most = most

    def _deserialize(self, value: Any, attr: str | None, data: Any, **further: Any) -> list[Any]:
        if isinstance(value, list) and len(value) > self.most:
            raise ValidationError(f"Longer than maximum length {self.most}.")
        return super()._deserialize(value, attr, data, **further)


def _keepable(value: str) -> None:
    if value != storable(value):
        raise ValidationError("Holds a control character, or half a character.")


NAME: tuple[Callable[[Any], Any], ...] = (Length(1, 100), _keepable)
PARTY = Regexp(r"[A-Za-z]{2}[-/]?[A-Za-z0-9]{3}\Z")
LONGEST_URL = 255


class ExactNumberField(Field[Decimal]):
    """A JSON number, with every digit that it came with."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **further: Any) -> Decimal:
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise ValidationError("expected a number")
        if not is_ordinary(value):
            raise ValidationError("expected a number of at most 60 digits")
        return Decimal(str(value))


class MomentField(Field[datetime]):
    """A day or a UTC timestamp."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **further: Any) -> datetime:
        try:
            return parse_moment(str(value))
        except ValueError as wrong:
            raise ValidationError("expected a day or a UTC timestamp") from wrong


def fill_in(form: Schema, document: Document) -> Mapping[str, Any]:
    """The form with its defaults.

    :raises InvalidDocument: naming every wrong field; unknown ones are wrong.
    """
    if len(document) > _MOST_FIELDS:
        raise InvalidDocument((Problem("", f"more than {_MOST_FIELDS} fields"),))
    try:
        filled: Mapping[str, Any] = form.load(dict(document))
    except ValidationError as wrong:
        raise InvalidDocument(tuple(_problems(wrong.messages, ""))) from wrong
    return filled


def _problems(messages: Any, path: str) -> Iterator[Problem]:
    if not isinstance(messages, Mapping):
        yield Problem(storable(path, _LONGEST_PATH), " ".join(messages))
        return
    for name, within in messages.items():
        step = f"[{name}]" if isinstance(name, int) else f".{name}"
        yield from _problems(within, (path + step).removeprefix("."))
