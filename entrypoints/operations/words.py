"""What operators write behind a command, read once: parties, moments, currencies, exact numbers."""

from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import ClassVar

import click

from adapters.ocpi.exact_numbers import is_ordinary
from adapters.ocpi.schemas.codes import CURRENCIES
from adapters.system import SystemClock
from domain.delivery.deliveries import DeliveryState
from domain.objects.stored import ObjectKey
from domain.partners.party import PartyId
from domain.times import parse_moment
from entrypoints.hub_api.cdrs.cdrs import session_named


def _state(_: click.Context, __: click.Parameter, word: str | None) -> DeliveryState | None:
    return None if word is None else DeliveryState(word)


STATE = click.option(
    "--state",
    type=click.Choice([state.value for state in DeliveryState], case_sensitive=False),
    callback=_state,
)


class PartyParam(click.ParamType[PartyId]):
    """`DE-ABC`; `DE/ABC` and `DEABC` are understood."""

    name = "party"

    def convert(
        self, value: str | PartyId, param: click.Parameter | None, ctx: click.Context | None
    ) -> PartyId:
        try:
            party = PartyId.parse(str(value))
        except ValueError as wrong:
            self.fail(str(wrong), param, ctx)
        if not party.is_plain:
            self.fail(f"not a party: {value!r}", param, ctx)
        return party


class SessionParam(click.ParamType[ObjectKey]):
    """`DE-ABC/ID`."""

    name = "session"

    def convert(
        self, value: str | ObjectKey, param: click.Parameter | None, ctx: click.Context | None
    ) -> ObjectKey:
        try:
            return value if isinstance(value, ObjectKey) else session_named(value)
        except ValueError as wrong:
            self.fail(str(wrong), param, ctx)


class MomentParam(click.ParamType[datetime]):
    """`2026-01-31`, from its first second (UTC), `2026-01-31T12:00:00Z`, or `2h` ago."""

    name = "time"
    _units: ClassVar = {"m": "minutes", "h": "hours", "d": "days"}

    def convert(
        self, value: str | datetime, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        if isinstance(value, datetime):
            return value
        number, unit = value[:-1], self._units.get(value[-1:])
        if unit and number.isascii() and number.isdigit() and len(number) <= 4:
            return SystemClock().now() - timedelta(**{unit: int(number)})
        try:
            return parse_moment(value)
        except ValueError:
            self.fail(
                f"not a time: {value!r} (expected such as 2h or 3d ago, 2026-01-31, or "
                "2026-01-31T12:00:00Z)",
                param,
                ctx,
            )


class CurrencyParam(click.ParamType[str]):
    """Of ISO 4217, in either case."""

    name = "currency"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if value.upper() not in CURRENCIES:
            self.fail(f"not a currency: {value!r}", param, ctx)
        return value.upper()


class ExactParam(click.ParamType[Decimal]):
    """A number with every digit that was written."""

    name = "number"

    def convert(
        self, value: str | Decimal, param: click.Parameter | None, ctx: click.Context | None
    ) -> Decimal:
        try:
            number = Decimal(value)
        except InvalidOperation:
            self.fail(f"not a number: {value!r}", param, ctx)
        if not is_ordinary(number):
            self.fail(f"not a number of at most 60 digits: {value!r}", param, ctx)
        return number


def cdr_named(text: str) -> ObjectKey | str:
    """A ref has no slash in it; ids may have some."""
    party, slash, cdr_id = text.partition("/")
    return ObjectKey("cdrs", PartyParam().convert(party, None, None), cdr_id) if slash else text
