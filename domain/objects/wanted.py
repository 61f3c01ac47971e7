"""Whether a reader wants to be told of an object, and how it is told of one that it may lack.

Lists show all as before (R-BC-11).
"""

from domain.objects.stored import Stored, UnseenChange
from domain.partners.interest import Choice, Interest
from domain.partners.partner import Partner


def wants(partner: Partner, stored: Stored) -> bool:
    """Whether the object, as it is now, is pushed to the partner by its own choice."""
    if not partner.interests.choices:
        return True
    return _takes(partner.interests.of(stored.key.module), stored)


def lacks(partner: Partner, stored: Stored) -> bool:
    """Whether it wants the object, and an earlier choice left it out: it was not sent since then.

    Of a deleted object it lacks only that it is gone, if that happened while it was told nothing.
    """
    left_out = any(_left_out(each, stored) for each in partner.interests.outgrown)
    return left_out and wants(partner, stored)


def as_told(partner: Partner, stored: Stored, unseen: UnseenChange) -> UnseenChange:
    """What the partner is told of the change: the object whole where it may not have it.

    A PATCH of a location may have moved it into a box of the partner's: a part of what the partner
    has never got would be of no use to it.
    """
    if not (partner.interests.outgrown or partner.interests.choices):
        return unseen
    if lacks(partner, stored) or _may_have_moved_in(partner, stored, unseen):
        return UnseenChange(scope=(), correlation_id=unseen.correlation_id)
    return unseen


def _takes(interest: Interest, stored: Stored) -> bool:
    return interest.takes(stored.key.owner, stored.place, deleted=stored.deleted)


def _left_out(outgrown: Choice, stored: Stored) -> bool:
    if outgrown.module != stored.key.module or _takes(outgrown.interest, stored):
        return False
    published = stored.published_at
    return not stored.deleted or published is None or published >= outgrown.since


def _may_have_moved_in(partner: Partner, stored: Stored, unseen: UnseenChange) -> bool:
    """Into the box of the present choice, or of one that the reader is not in step beyond."""
    if unseen.change is None or unseen.change.path or unseen.change.method != "PATCH":
        return False
    choices = (*partner.interests.choices, *partner.interests.outgrown)
    return any(
        each.interest.box is not None for each in choices if each.module == stored.key.module
    )
