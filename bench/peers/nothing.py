"""What these applications keep: a list of locations, which no request changes."""

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

Document = dict[str, Any]


class Nothing:
    """The store that the libraries ask for: it takes all that comes, and keeps none of it."""

    @staticmethod
    async def get(*_: object, **__: object) -> None:
        """No object is there: each PUT makes a new one."""

    @staticmethod
    async def list(
        _module: object, _role: object, filters: Document, *_: object, **__: object
    ) -> tuple[list[Document], int, bool]:
        """A page of the locations, how many there are, and whether that page is the last."""
        ends = filters["offset"] + filters["limit"]
        return _locations()[filters["offset"] : ends], len(_locations()), ends >= len(_locations())

    @staticmethod
    async def create(
        _module: object, _role: object, data: Document, *_: object, **__: object
    ) -> Document:
        """The object as it came."""
        return data


@cache
def _locations() -> list[Document]:
    kept: list[Document] = json.loads(Path(os.environ["BENCH_LOCATIONS"]).read_bytes())
    return kept
