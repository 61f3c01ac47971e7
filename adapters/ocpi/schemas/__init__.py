"""OCPI's field tables: what a body must look like, and every reason why it does not.

The marshmallow schemas are the one definition. A check compiled from them accepts the usual case;
what it does not accept is looked at field by field, which decides, and explains (design D2a).
"""

from dataclasses import dataclass
from functools import cache
from itertools import islice

from adapters.ocpi.schemas.compiled import CompiledCheck
from adapters.ocpi.schemas.explaining import problems
from adapters.ocpi.schemas.field import OcpiField
from adapters.ocpi.schemas.kinds import KINDS
from adapters.ocpi.schemas.patches import patch_of
from domain.documents import JsonValue
from domain.errors import MOST_PROBLEMS, InvalidDocument

_MOST_COUNTED = 10_000


@dataclass(frozen=True)
class OcpiSchemas:
    """The Schemas port, for OCPI 2.3.0. Documents are what `adapters.ocpi.json.parse` gives.

    `kind` is one of `kinds.KINDS`; another one is a KeyError.
    """

    def check(self, kind: str, document: JsonValue) -> None:
        """Accept a whole object.

        :raises InvalidDocument: naming the first 20 wrong fields by their paths, such as
            `evses[3].connectors[0].max_voltage`, and how many more there are, up to 10,000.
        """
        if not _check_of(kind).accepts(document):
            _explain(KINDS[kind], document)

    def check_patch(self, kind: str, document: JsonValue) -> None:
        """Accept the body of a PATCH (T-PATCH-1, T-PATCH-2).

        Rules between a field that is here and one that is not show only in the merged object:
        `check` that as well.

        :raises InvalidDocument: as `check` does.
        """
        if not _check_of_patch(kind).accepts(document):
            _explain(_check_of_patch(kind).field, document)


@cache
def _check_of(kind: str) -> CompiledCheck:
    return CompiledCheck.of(KINDS[kind])


@cache
def _check_of_patch(kind: str) -> CompiledCheck:
    return CompiledCheck.of(patch_of(KINDS[kind]))


def _explain(field: OcpiField, document: JsonValue) -> None:
    found = problems(field, document)
    shown = tuple(islice(found, MOST_PROBLEMS))
    if shown:
        raise InvalidDocument(shown, more=sum(1 for _ in islice(found, _MOST_COUNTED)))
