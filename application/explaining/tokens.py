"""Why a party is, or is not, asked about its token, where a driver stands at another's charger."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from application.explaining import connections
from application.explaining.sides import Sides
from application.explaining.story import Check, Explanation, no, passed, until_decided, yes
from application.modules import MODULES
from application.objects.reading import ObjectReader
from application.partners.directories import Directories
from application.routing.relay import RequestRelay
from application.routing.token_issuers import MOST_OWNERS, TokenIssuers
from domain import errors
from domain.objects.stored import ObjectKey, Stored
from domain.partners.directory import Directory
from domain.partners.partner import Partner
from domain.partners.party import Interface, PartyId

_TOKENS = MODULES["tokens"]


@dataclass(frozen=True)
class TokenExplainer:
    """Goes the way of an authorization that names no receiver."""

    sides: Sides
    directories: Directories
    token_issuers: TokenIssuers
    object_reader: ObjectReader
    request_relay: RequestRelay

    def explain(self, token: ObjectKey, *, at: PartyId, by: Partner | None) -> Explanation:
        """Whether its owner is asked where `at` authorizes; as `by` may hear it, None: operators.

        :raises UnknownPartner, WrongToken, UnknownReceiver: as `Sides.check` says.
        """
        self.sides.check(by, token.owner, at)
        checks = until_decided(self._checks(self.directories.known(), token, at))
        owner = token.owner.spelled
        question = f"Is {owner} asked about the {token.kind} token {token.id} at {at.spelled}?"
        return Explanation(question, checks).for_ears_of(by)

    def _checks(self, directory: Directory, token: ObjectKey, at: PartyId) -> Iterator[Check]:
        owner = token.owner
        yield connections.homed(directory, at, "asking")
        yield connections.agreement(owner, at, is_made=directory.agreements.allow(owner, at))
        viewer = self.object_reader.lister(_TOKENS.id, at)
        copies = self.token_issuers.copies(token.id, token.kind, viewer)
        yield self._found(token, at, copies)
        yield self._reached(token, at, copies)

    def _found(self, token: ObjectKey, at: PartyId, copies: Mapping[PartyId, Stored]) -> Check:
        """Asked of authorization's own rule."""
        owner = token.owner.spelled
        asked = self.token_issuers.asked(token.id, token.kind, sender=at, copies=lambda: copies)
        if token.owner in asked:
            how = "the hub has its copy" if token.owner in copies else "the EMAID names it"
            return passed("issuer", f"{owner} issued the token as far as the hub knows: {how}")
        if token.owner in copies:
            return no(
                "issuer",
                f"{MOST_OWNERS} other parties have a token of this uid, changed later",
                f"{at.spelled} names {owner} in OCPI-to.",
            )
        return no(
            "issuer",
            f"{at.spelled} sees no such token of {owner} at the hub",
            f"{owner} pushes the token to the hub; or {at.spelled} names {owner} in OCPI-to.",
        )

    def _reached(self, token: ObjectKey, at: PartyId, copies: Mapping[PartyId, Stored]) -> Check:
        """Asked of the relay's own rule."""
        owner = token.owner
        stands_in = self.token_issuers.stand_in(owner, copies, sender=at) is not None
        answers = "the hub answers in its place" if stands_in else "the hub answers for it never"
        try:
            partner = self.request_relay.platform_of(owner, _TOKENS.id, Interface.SENDER, to=at)
        except (errors.ReceiverAway, errors.UnknownReceiver) as away:
            return no("away", f"{away}; {answers}", f"{owner.spelled} connects again.")
        offered = connections.offers(partner, owner, _TOKENS.id, Interface.SENDER)
        if offered.outcome is not None:
            return offered
        return yes(
            "asked",
            f"{owner.spelled} is asked at once; where it does not answer in time, {answers}",
        )
