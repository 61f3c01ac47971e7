"""Objects by module and key, in the order of their creation; on disk too if a file is given.

The file is a log of changes: it is read once, at start, and only ever appended to.
"""

import copy
import threading
from collections.abc import Iterable
from pathlib import Path

from entrypoints.sandbox.wire import Document, decode, encode

Key = tuple[str, ...]


def key_of(parts: Iterable[str]) -> Key:
    """Ids are CiStrings: case does not tell them apart."""
    return tuple(part.upper() for part in parts)


def own_key(module: str, item: Document) -> Key:
    """The key of an object that carries its owner."""
    own = [str(item["country_code"]), str(item["party_id"])]
    if module == "tokens":
        return key_of((*own, str(item["uid"]), str(item.get("type", "RFID"))))
    if module == "hubclientinfo":
        return key_of((*own, str(item["role"])))
    return key_of((*own, str(item["id"])))


class Shelf:
    """Safe for threads. What it gives out are copies."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._lock = threading.RLock()
        self._modules: dict[str, dict[Key, Document]] = {}
        if file is not None and file.exists():
            for line in file.read_bytes().splitlines():
                module, key, item = decode(line)
                self._change(module, tuple(key), item)

    def put(self, module: str, key: Key, item: Document) -> bool:
        """Keep `item`, and say whether it is new."""
        with self._lock:
            created = key not in self._modules.get(module, {})
            self._change(module, key, copy.deepcopy(item))
            self._log(module, key, item)
            return created

    def get(self, module: str, key: Key) -> Document | None:
        with self._lock:
            return copy.deepcopy(self._modules.get(module, {}).get(key))

    def drop(self, module: str, key: Key) -> bool:
        """Remove it, and say whether it was there."""
        with self._lock:
            there = key in self._modules.get(module, {})
            self._change(module, key, None)
            self._log(module, key, None)
            return there

    def all(self, module: str) -> list[Document]:
        with self._lock:
            return copy.deepcopy(list(self._modules.get(module, {}).values()))

    def _change(self, module: str, key: Key, item: Document | None) -> None:
        objects = self._modules.setdefault(module, {})
        if item is None:
            objects.pop(key, None)
            return
        objects[key] = item

    def _log(self, module: str, key: Key, item: Document | None) -> None:
        if self._file is not None:
            with self._file.open("ab") as out:
                out.write(encode([module, key, item]) + b"\n")
