"""All partner platforms of a matrix, in one process of their own, told what to do line by line.

They are the sandbox's, written from OCPI alone, each with a listener and an fsynced ledger of its
own; nothing of the hub is imported. A line of JSON comes in, a line of JSON goes out.
"""

import sys
from pathlib import Path
from typing import Any

from entrypoints.sandbox import Platform
from entrypoints.sandbox.wire import decode, encode

_TAKES = (("cdrs", "RECEIVER"), ("sessions", "RECEIVER"), ("locations", "RECEIVER"))
_GIVES = (("cdrs", "SENDER"), ("sessions", "SENDER"))


class Partners:
    """By name. A CPO platform offers lists, an eMSP's takes pushes; neither wants client info."""

    def __init__(self) -> None:
        self.platforms: dict[str, Platform] = {}

    def register(
        self, name: str, role: str, parties: list[list[str]], hub: str, token: str, ledger: str
    ) -> dict[str, Any]:
        """Its tokens both ways, and the hub's endpoints, by `ROLE module`."""
        own = [(role, *party, name) for party in parties]
        modules = _TAKES if role == "EMSP" else _GIVES
        platform = Platform(own, modules=modules, ledger=Path(ledger))  # type: ignore[arg-type]
        platform.start()
        self.platforms[name] = platform
        platform.hub.register(hub, token)
        peer = platform.hub.peer
        endpoints = {f"{each.role} {each.identifier}": each.url for each in peer.endpoints}
        return {"token": peer.token, "endpoints": endpoints, "hub": list(platform.hub.hub_party)}

    def behave(self, name: str, how: str, **scope: Any) -> None:
        self.platforms[name].behave(how, **scope)

    def stop(self, name: str) -> None:
        self.platforms[name].stop()

    def start(self, name: str) -> None:
        self.platforms[name].start()

    def held(self, name: str, module: str) -> Any:
        return self.platforms[name].held.all(module)

    def calls(self, name: str) -> int:
        """Ask the hub for its credentials, as a partner does that is back; the OCPI status."""
        return self.platforms[name].hub.credentials().code


def main() -> None:
    """Until standard input ends."""
    partners = Partners()
    for line in sys.stdin.buffer:
        told = decode(line)
        try:
            answer = {"done": getattr(partners, told.pop("do"))(**told)}
        except Exception as failure:  # noqa: BLE001 - the outermost loop of the process
            answer = {"failed": repr(failure)}
        sys.stdout.buffer.write(encode(answer) + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
