"""OCPI's field tables: what a body must look like, and every reason why it does not.

The marshmallow schemas are the one definition. A check compiled from them accepts the usual case;
whatever it does not accept, marshmallow decides on and explains (design D2a).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from marshmallow import ValidationError

from adapters.ocpi.schemas.compiled import CompiledCheck
from adapters.ocpi.schemas.field import OcpiField
from adapters.ocpi.schemas.kinds import KINDS
from adapters.ocpi.schemas.patches import patch_of
from domain.documents import JsonValue
from domain.errors import InvalidDocument, Problem


@dataclass(frozen=True)
class OcpiSchemas:
    """The Schemas port, for OCPI 2.3.0. Documents are what `adapters.ocpi.json.parse` gives.

    `kind` is one of `kinds.KINDS`; another one is a KeyError.
    """

    def check(self, kind: str, document: JsonValue) -> None:
        """Accept a whole object.

        :raises InvalidDocument: naming every wrong field, `evses[3].connectors[0].max_voltage`.
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
    try:
        field.deserialize(document)
    except ValidationError as error:
        raise InvalidDocument(tuple(_problems(error.messages))) from error


def _problems(messages: Any, path: str = "") -> Iterator[Problem]:
    """marshmallow nests its messages as the document is nested; a list of them ends a path."""
    if isinstance(messages, list):
        for message in messages:
            yield Problem(path, message)
        return
    for name, below in messages.items():
        yield from _problems(below, _joined(path, name))


def _joined(path: str, name: str | int) -> str:
    if isinstance(name, int):
        return f"{path}[{name}]"
    if name in ("", "_schema") or name.startswith("["):
        return path + ("" if name == "_schema" else name)
    return f"{path}.{name}" if path else name
