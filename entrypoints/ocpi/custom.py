"""Which path segments are custom modules: all that OCPI itself does not name.

OCPI's own names never fall through to them, so that what the hub lacks stays a 404 or 405.
"""

import re
from collections.abc import Iterable

from werkzeug.routing import BaseConverter, Map

from entrypoints.ocpi.routes import MOUNTED

_MODULES = dict.fromkeys(module for module, _ in MOUNTED)


def _other_than(names: Iterable[str]) -> str:
    return rf"(?!(?:{'|'.join(map(re.escape, names))})(?:/|$))[^/]+"


class _CustomModule(BaseConverter):
    regex = _other_than(_MODULES)


def know_custom_names(url_map: Map) -> None:
    """Make `<custom_module:...>` known to the map."""
    url_map.converters["custom_module"] = _CustomModule
