"""Answering from the hub's own store: lists (GET ALL), single objects, an owner's look at its copy.

The reader is a required argument everywhere: what it may see is decided here and nowhere else.
(R-GETALL-4).
"""

from dataclasses import dataclass

from application.modules import MODULES
from application.partners.directories import Directories
from domain import errors
from domain.documents import Document, as_document
from domain.objects.locations import Location
from domain.objects.paging import Page, PageRequest, Viewer
from domain.objects.stored import EVERYONE, ObjectKey, PartPath, Stored
from domain.partners.directory import Directory
from domain.partners.partner import Partner
from domain.partners.party import PartyId
from domain.ports import CdrAccounts, Json, ObjectStore

_CDRS = "cdrs"


@dataclass(frozen=True)
class ObjectReader:
    """Reads for partners; what it returns are stored bytes wherever a whole object is asked for."""

    objects: ObjectStore
    accounts: CdrAccounts
    directories: Directories
    json: Json

    def viewer(self, party: PartyId) -> Viewer:
        """The party as a reader: of the objects of every live platform."""
        return _viewer(self.directories.known(), party)

    def lister(self, module: str, party: PartyId) -> Viewer:
        """The party as a reader of the module's list: others' objects only in a reader's role.

        Only CPOs list other eMSPs' tokens (R-GETALL-4).
        """
        directory = self.directories.known()
        if party == directory.hub or directory.has_role(party, MODULES[module].readers):
            return _viewer(directory, party)
        return Viewer(party, frozenset({party}))

    def watcher(self, partner: Partner) -> Viewer:
        """The platform as a reader of ClientInfo: about every other party that it may see."""
        return Viewer(self.directories.hub, self.directories.known().others(by=partner))

    def page(self, module: str, request: PageRequest, *, viewer: Viewer) -> Page:
        """One page of everything that the viewer may see."""
        if module == _CDRS:
            return self.accounts.page(request, party=self._party_billed(viewer.party))
        return self.objects.page(module, request, viewer=viewer)

    def only(self, module: str, object_id: str, *, viewer: Viewer) -> Stored:
        """The one object of this id that the viewer may see.

        :raises UnknownObject: if there is none.
        :raises AmbiguousObject: if several owners have one: the requester must name it.
        """
        found = self.objects.by_id(module, object_id, viewer=viewer)
        if not found:
            raise MODULES[module].object.unknown(f"{object_id} is not known")
        if len(found) > 1:
            owners = ", ".join(each.key.owner.spelled for each in found)
            raise errors.AmbiguousObject(f"several owners ({owners}): name one in OCPI-to")
        return found[0]

    def of_owner(self, key: ObjectKey, *, viewer: Viewer) -> Stored:
        """The viewer's view of one owner's object.

        :raises UnknownObject: if it may not see such an object.
        """
        found = self.objects.by_id(key.module, key.id, viewer=viewer)
        for stored in found:
            if stored.key == key:
                return stored
        raise MODULES[key.module].object.unknown(f"{key.id} of {key.owner.spelled} is not known")

    def own_copy(self, key: ObjectKey) -> Stored:
        """The hub's copy of what the owner pushed to the hub; for the owner alone.

        :raises UnknownObject: if there is none.
        """
        stored = self.objects.get(key, EVERYONE)
        if stored is None or stored.deleted:
            raise errors.UnknownObject(f"{key.id} is not known")
        return stored

    def part(self, stored: Stored, path: PartPath) -> bytes:
        """The object, or one EVSE or connector of it, as JSON.

        :raises UnknownObject: if there is no such part.
        """
        if not path:
            return stored.body
        part = self._parsed(stored).part(path)
        if part is None:
            raise errors.UnknownObject("/".join(path) + " is not known")
        return self.json.dump(part)

    def evse_uid(self, stored: Stored, name: str) -> str:
        """The uid of the EVSE that is called by its uid or its public EVSE id (D-3).

        A name that no EVSE has is returned as it is: it may be the uid of a new one.
        """
        return self._parsed(stored).evse_uid(name) or name

    def document(self, stored: Stored) -> Document:
        """The object as a document."""
        return self._parsed(stored).document

    def _party_billed(self, party: PartyId) -> PartyId | None:
        """The party whose bills are shown; the hub's operators are shown all."""
        return None if party == self.directories.hub else party

    def _parsed(self, stored: Stored) -> Location:
        return Location(as_document(self.json.parse(stored.body)))


def _viewer(directory: Directory, party: PartyId) -> Viewer:
    return Viewer(
        party,
        directory.owners(party),
        sees_all=party == directory.hub,
        hidden=directory.hidden,
    )
