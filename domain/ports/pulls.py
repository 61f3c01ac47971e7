"""How far partners' lists are read: what a pull needs to go on where it was."""

from typing import Protocol

from domain.objects.pulls import ListRead


class PullStore(Protocol):
    def of(self, partner_id: str) -> tuple[ListRead, ...]:
        """Every list of the partner's that was read, or is being read; by module and party."""
        ...

    def note(self, partner_id: str, read: ListRead) -> ListRead:
        """Write one list's state durably, in the place of the former, and return what is there.

        A reading that began later stays, also if both are written at once. Safe to repeat.
        """
        ...

    def forget(self, partner_id: str, read: ListRead) -> None:
        """Take one list's state away: the party is the partner's no more. Safe to repeat."""
        ...

    def unfinished(self) -> frozenset[str]:
        """The partners of which a list goes on."""
        ...
