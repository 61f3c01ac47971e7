"""OCPI's field tables: what a body must look like, and every reason why it does not.

The marshmallow schemas are the one definition. A check compiled from them accepts the usual case,
and notes which fields have a cosmetic fault; what it does not accept is looked at field by field,
which decides, and explains.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain, islice
from typing import NoReturn

from adapters.ocpi.schemas.compiled import CompiledCheck
from adapters.ocpi.schemas.explaining import problems
from adapters.ocpi.schemas.kinds import KINDS
from adapters.ocpi.schemas.older import OLDER_KINDS
from adapters.ocpi.schemas.patches import patch_of
from adapters.ocpi.schemas.walking import walked
from domain.documents import JsonValue
from domain.errors import MOST_PROBLEMS, InvalidDocument, Problem
from domain.objects.remarks import NO_REMARKS, Remarks
from domain.validation import Mode

_VERSIONS = {"2.3.0": KINDS, "2.2.1": OLDER_KINDS}
_MOST_REMARKS = 10_000
_MOST_COUNTED = 1_000
"""So many wrong fields are counted beyond those that are named: counting more costs too much."""


@dataclass(frozen=True)
class OcpiSchemas:
    """The Schemas port. Documents are what `adapters.ocpi.exact_json.parse` gives.

    `version`: 2.3.0 or 2.2.1. `kind` is one of `kinds.KINDS`; another one is a KeyError.
    """

    version: str = "2.3.0"

    def check(self, kind: str, document: JsonValue, mode: Mode = Mode.ENFORCE) -> Remarks:
        """Accept a whole object; what the mode takes all the same comes back as remarks.

        :raises InvalidDocument: naming the first 20 wrong fields by their paths, such as
            `evses[3].connectors[0].max_voltage`, and how many more there are, up to 1,000. Also
            for more than 10,000 remarks.
        """
        return _remarks_of(_check_of(self.version, kind), document, mode)

    def check_patch(self, kind: str, document: JsonValue, mode: Mode = Mode.ENFORCE) -> Remarks:
        """Accept the body of a PATCH (T-PATCH-1, T-PATCH-2).

        Rules between a field that is here and one that is not show only in the merged object:
        `check` that as well.

        :raises InvalidDocument: as `check` does.
        """
        return _remarks_of(_check_of_patch(self.version, kind), document, mode)


@cache
def _check_of(version: str, kind: str) -> CompiledCheck:
    return CompiledCheck.of(_VERSIONS[version][kind])


@cache
def _check_of_patch(version: str, kind: str) -> CompiledCheck:
    return CompiledCheck.of(patch_of(_VERSIONS[version][kind]))


def _remarks_of(check: CompiledCheck, document: JsonValue, mode: Mode) -> Remarks:
    noted = check.noted(document)
    if noted is None:
        return _weigh(problems(check.field, document), mode)
    found = walked(check.field, document, noted=noted, most=_MOST_REMARKS)
    return _weigh(iter(found), mode) if found else NO_REMARKS


def _weigh(found: Iterator[Problem], mode: Mode) -> Remarks:
    """The remarks among them. What is refused, and how much, is counted to an end."""
    heaviest = mode.heaviest
    taken: list[Problem] = []
    for problem in islice(found, _MOST_REMARKS):
        if problem.weight > heaviest:
            _refuse(chain([problem], found), heaviest)
        taken.append(problem)
    if len(taken) == _MOST_REMARKS:
        raise InvalidDocument(tuple(taken))
    return Remarks.of(tuple(taken))


def _refuse(found: Iterator[Problem], heaviest: int) -> NoReturn:
    counted = islice(found, MOST_PROBLEMS + _MOST_COUNTED)
    wrong = (each for each in counted if each.weight > heaviest)
    shown = tuple(islice(wrong, MOST_PROBLEMS))
    raise InvalidDocument(shown, more=sum(1 for _ in wrong))
