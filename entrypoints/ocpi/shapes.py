"""What a URL of OCPI's should look like, told to a partner that asked for one that is not there.

Read off the table of routes, so that what is said is what is mounted.
"""

import re
from collections.abc import Iterator

from domain.partners.party import Interface
from entrypoints.ocpi.routes import ROUTES, Route

_VERSION = "2.3.0"
_BELOW = f"/ocpi/{_VERSION}"
_INTERFACES = frozenset(interface.value.lower() for interface in Interface)
_VARIABLE = re.compile(r"<(?:[^<>:]*:)?([^<>:]*)>")


def expected(method: str, path: str) -> str:
    """One line for a request that no route takes: the shape of its URL, or where to look."""
    version, *rest = path.removeprefix("/ocpi/").lower().split("/")
    if version != _VERSION:
        return f"no such URL: this hub speaks OCPI {_VERSION}, and GET /ocpi/versions has its URLs"
    interface = rest.pop(0) if rest and rest[0] in _INTERFACES else ""
    module = rest[0] if rest else ""
    lines = [line for line in ROUTES if line.module == module and line.interface is not None]
    if not lines:
        return f"no such URL: GET {_BELOW} lists the URL of each module"
    if not interface:
        faces = dict.fromkeys(line.prefix.removeprefix("/2.3.0") for line in lines)
        return f"a URL of {module} begins with {' or '.join(_BELOW + face for face in faces)}"
    return _of_interface(method, interface, module, lines)


def _of_interface(method: str, interface: str, module: str, lines: list[Route]) -> str:
    offered = [line for line in lines if line.prefix == f"/{_VERSION}/{interface}/{module}"]
    if not offered:
        return f"the hub has no {interface}/{module}: GET {_BELOW} lists what it has"
    fitting = [line for line in offered if line.method == method]
    if not fitting:
        methods = ", ".join(dict.fromkeys(line.method for line in offered))
        return f"{interface}/{module} takes {methods}, and no {method}"
    shapes = " or ".join(dict.fromkeys(_shape(line) for line in fitting))
    return f"{method} of {interface}/{module} goes to {shapes}"


def _shape(line: Route) -> str:
    """Such as `/ocpi/2.3.0/sender/locations/{location_id}[/{evse_uid}[/{connector_id}]]`."""
    return f"/ocpi{line.prefix}" + "".join(_nested(line))


def _nested(line: Route) -> Iterator[str]:
    before = ""
    for depth, path in enumerate(line.paths):
        added = _named(path.removeprefix(before), line)
        yield added if depth == 0 else f"[{added}"
        before = path
    yield "]" * (len(line.paths) - 1)


def _named(path: str, line: Route) -> str:
    identity = "token_uid" if line.module == "tokens" else f"{line.module.removesuffix('s')}_id"
    return _VARIABLE.sub(r"{\1}", path).replace("{object_id}", f"{{{identity}}}")
