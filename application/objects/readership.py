"""Who is told of an object, and who may still have it when it goes out.

The publisher owes by it, the sender sends by it, and explanations answer by it.
"""

from application.modules import MODULES, Module
from domain.delivery.deliveries import DeliveryRequest, LaneId
from domain.delivery.what import ObjectChange
from domain.objects.stored import Stored, UnseenChange
from domain.objects.wanted import as_told, wants
from domain.partners.directory import Directory, Receiver
from domain.partners.partner import Partner
from domain.partners.party import Interface, PartyId


def readers_of(directory: Directory, stored: Stored) -> tuple[Receiver, ...]:
    """Who may read it, and wants to be told of it."""
    may_read = _may_read(directory, stored)
    return tuple(reader for reader in may_read if wants(reader.partner, stored))


def request_of(stored: Stored, reader: Receiver, unseen: UnseenChange) -> DeliveryRequest:
    """What this reader is owed of the object."""
    return DeliveryRequest(
        lane=LaneId(reader.partner.id, MODULES[stored.key.module].delivery),
        receiver=reader.party,
        what=ObjectChange(stored.key),
        revision=stored.revision,
        unseen=as_told(reader.partner, stored, unseen),
    )


def may_have(directory: Directory, partner: Partner, receiver: PartyId, stored: Stored) -> bool:
    """Whether the receiver is still a reader, wants it, and may still see the owner's objects.

    Objects of an owner that has left or is suspended are shown to no reader, and a
    private one only to the reader that it names now.
    """
    module, owner = MODULES[stored.key.module], stored.key.owner
    is_reader = partner.has_role(receiver, module.readers)
    if module.is_private:
        is_reader = receiver == stored.reader and stored.reader in partner.parties
    if not (partner.is_registered and is_reader and wants(partner, stored)):
        return False
    if not module.is_routed:
        return directory.sees(partner, owner)
    return owner in directory.owners(receiver)


def joined_since(partner: Partner, stored: Stored) -> bool:
    """Whether it may see the object only since after the object was published last."""
    joined, published = partner.joined_at, stored.published_at
    return joined is not None and (published is None or published <= joined)


def _may_read(directory: Directory, stored: Stored) -> tuple[Receiver, ...]:
    module, owner = MODULES[stored.key.module], stored.key.owner
    if module.is_private:
        return _only_reader(directory, module, stored)
    if not module.is_routed:
        return directory.watchers(module.id, owner, origin=stored.origin)
    return directory.readers(
        module.id,
        readers=module.readers,
        origin=stored.origin,
        owner=owner,
        deleted=stored.deleted,
    )


def _only_reader(directory: Directory, module: Module, stored: Stored) -> tuple[Receiver, ...]:
    """Who a private object is for, if it is there and takes such objects (S-1)."""
    if stored.reader is None:
        return ()
    partner = directory.find(stored.reader, roles=module.readers, sender=stored.key.owner)
    takes = partner is not None and partner.endpoint(module.id, Interface.RECEIVER) is not None
    if partner is None or not partner.is_registered or not takes:
        return ()
    return (Receiver(stored.reader, partner),)
