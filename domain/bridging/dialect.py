"""How a partner speaks OCPI 2.2.1: what its operator, or the hub's, has set for the connection."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Dialect:
    """The usual one is the specification's own.

    `strict`: a gross tariff whose net price does not end is withheld, not rounded. `short_fields`:
    the partner takes addresses of 45 and states of 20 characters, as before 2026. `whole_seconds`:
    it takes no fractions of seconds. `no_vat_is_no_tax`: of this CPO a tariff without any `vat` is
    one without taxes (N/A). `extra_fields`: fields that neither version names go to it, too.
    `roles_in_credentials`: it wants all parties in the hub's roles. `modules`: ids of optional
    modules that it uses on 2.2.1; `payments` and `bookings` bring fields and values of theirs.
    """

    strict: bool = False
    short_fields: bool = False
    whole_seconds: bool = False
    no_vat_is_no_tax: bool = False
    extra_fields: bool = False
    roles_in_credentials: bool = False
    modules: frozenset[str] = frozenset()


USUAL = Dialect()
