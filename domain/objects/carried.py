"""An OCPI object as the hub carries it: the owner's document, word for word, and what it means.

OCPI forbids to refuse unknown fields and a hub must pass them on, so an object is a small class
around its document; only the domain subscripts one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, NamedTuple, Self

from domain import errors
from domain.documents import Document, JsonValue
from domain.errors import Problem
from domain.objects.stored import Facets, PartPath, Watched
from domain.partners.party import PartyId
from domain.places import Place


class IdAt(NamedTuple):
    """An id that a document says, and where."""

    where: str
    id: str


@dataclass(frozen=True)
class OcpiObject:
    """What all modules' objects have in common.

    `kinds` are its schemas by the depth of a path (the object itself, its parts, theirs),
    `id_fields` what names each; `unknown` is raised where there is none. `appends`: a PATCH adds to
    what is there, so it must have its effect once. `has_place`: it stands somewhere on the map.
    """

    document: Document

    kinds: ClassVar[tuple[str, ...]] = ()
    id_fields: ClassVar[tuple[str, ...]] = ("id",)
    unknown: ClassVar[type[errors.UnknownObject]] = errors.UnknownObject
    appends: ClassVar[bool] = False
    has_place: ClassVar[bool] = False

    @property
    def owner(self) -> PartyId:
        return PartyId(str(self.document["country_code"]), str(self.document["party_id"]))

    @property
    def id(self) -> str:
        return str(self.document[self.id_fields[0]])

    @property
    def kind(self) -> str:
        """What is part of the identity beside the id: a token's type, nothing elsewhere."""
        return ""

    @property
    def last_updated(self) -> str:
        return str(self.document["last_updated"])

    @property
    def segments(self) -> tuple[str, ...]:
        """Where a receiver has it: the original owner and id, as the owner spells them (R-BC-6)."""
        return (str(self.document["country_code"]), str(self.document["party_id"]), self.id)

    @property
    def query(self) -> str:
        """What else a receiver's URL needs; raw, without the question mark."""
        return ""

    @classmethod
    def ids_in(cls, document: Document, depth: int = 0, *, below: str = "") -> list[IdAt]:
        """The ids that a document of this depth says, its own and its parts'.

        `below` is the path that the document is at, with what ends it.
        """
        field = cls.id_fields[depth]
        return [IdAt(below + field, str(document[field]))] if field in document else []

    @classmethod
    def names_in(cls, document: Document, depth: int = 0) -> Iterator[str]:
        """The same ids without where they are: cheaper, for the many that are plain."""
        return (found.id for found in cls.ids_in(document, depth))

    @property
    def parts(self) -> int:
        """How many parts it has that a push adds one by one."""
        return 0

    def part(self, path: PartPath) -> Document | None:
        """The object or part at `path`; most objects have no parts."""
        return self.document if not path else None

    def with_part(self, path: PartPath, part: Document) -> Self:
        """This object with `part` put at `path`.

        :raises KeyError: if what is above it is not known.
        """
        if path:
            raise KeyError("/".join(path))
        return type(self)(part)

    def patched(self, path: PartPath, patch: Document) -> Self:
        """This object with the part at `path` changed as the PATCH says (T-PATCH-2).

        :raises KeyError: if there is no such part.
        """
        part = self.part(path)
        if part is None:
            raise KeyError("/".join(path))
        return self.with_part(path, self.merged(part, patch))

    def merged(self, document: Document, patch: Document) -> Document:
        """The document after a PATCH: fields replaced whole, null clears."""
        return replaced(document, patch)

    def repeats(self, patch: Document) -> bool:
        """Whether a PATCH that appends begins with what is there already."""
        return False

    def problems_after(self, before: Self) -> Iterator[Problem]:
        """Why it cannot follow `before`, that is stored."""
        return iter(())

    @property
    def reader(self) -> PartyId | None:
        """The only party beside the owner that it is for; None: for all of the module's readers."""
        return None

    def place(self) -> Place | None:
        """Where it stands; None: nowhere."""
        return None

    def facets(self) -> Facets | None:
        """What search finds it by; None: it is not searched."""
        return None

    def watched(self) -> Watched | None:
        """What the watchdogs go by; None: it is not watched."""
        return None


def replaced(document: Document, patch: Document) -> Document:
    """The document with the patch's fields in the place of its own; null takes one away."""
    changed: dict[str, JsonValue] = {**document, **patch}
    return {
        name: value for name, value in changed.items() if name not in patch or value is not None
    }
