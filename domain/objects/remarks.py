"""What is odd about an object that was taken all the same: said back, counted and kept with it."""

from dataclasses import dataclass

from domain.errors import MOST_PROBLEMS, Problem

_LONGEST_MESSAGE = 255
_LONGEST_REMARK = 300


@dataclass(frozen=True)
class Remarks:
    """The first 20 `said`, and how many `more` there are."""

    said: tuple[str, ...] = ()
    more: int = 0

    @classmethod
    def of(cls, problems: tuple[Problem, ...]) -> "Remarks":
        """Those problems as they are kept: field names and the hub's own words."""
        said = tuple([str(each)[:_LONGEST_REMARK] for each in problems[:MOST_PROBLEMS]])
        return cls(said, len(problems) - len(said))

    def __bool__(self) -> bool:
        return bool(self.said)

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.said) + self.more

    @property
    def message(self) -> str:
        """What the sender is told: `taken with 2 remarks: `, and as many as there is room for."""
        word = "remark" if self.count == 1 else "remarks"
        told = f"taken with {self.count} {word}"
        for position, each in enumerate(self.said):
            longer = f"{told}{'; ' if position else ': '}{each}"
            if len(longer) > _LONGEST_MESSAGE:
                break
            told = longer
        return told


NO_REMARKS = Remarks()
