"""What is said, and what is still to be read, where a handshake that the hub began goes wrong."""

from collections.abc import Mapping

from domain import errors
from domain.partners.partner import Partner
from domain.ports import WireAnswer


def token_in(answer: WireAnswer) -> str:
    """The token that the partner gave out, even in an answer that cannot be used."""
    given = answer.data.get("token") if isinstance(answer.data, Mapping) else None
    return given if isinstance(given, str) else ""


def locked_out(partner: Partner, failure: errors.HubError) -> str:
    """What an operator has to do once the old token is dead and no new one was taken."""
    return (
        f"the old token of {partner.name} is dead and the partner did not take a new one, so it is "
        f"locked out ({failure}). Next: ocpi-hub partner invite --again {partner.id}"
    )
