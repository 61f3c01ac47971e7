"""All partner platforms of a matrix, in one process of their own, told what to do line by line.

They are the sandbox's, written from OCPI alone, each with a listener and an fsynced ledger of its
own; nothing of the hub is imported. A line of JSON comes in, a line of JSON goes out.
"""

import sys
from pathlib import Path
from typing import Any

from entrypoints.sandbox import HubUnreachable, Platform
from entrypoints.sandbox.charging import token
from entrypoints.sandbox.commands import carrying_out, start_session
from entrypoints.sandbox.wire import decode, encode

_TAKES = (
    ("cdrs", "RECEIVER"),
    ("sessions", "RECEIVER"),
    ("locations", "RECEIVER"),
    ("commands", "SENDER"),
)
_GIVES = (("cdrs", "SENDER"), ("sessions", "SENDER"), ("commands", "RECEIVER"))


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

    def accepts(self, name: str) -> None:
        """Every command, for ten minutes; the result comes when `answers` is told."""
        platform = self.platforms[name]
        platform.behave(carrying_out(platform, [], timeout=600), "commands")

    def asks(self, name: str, url: str, mark: str, to: list[str]) -> Any:
        """START_SESSION with this evse_uid, by the hub at `url`; HTTP and OCPI status, 0 if none.

        A command is not asked again: it may have been carried out.
        """
        platform = self.platforms[name]
        card = token(*platform.profile.parties[0].id)
        body = start_session(platform.callback_url("commands", mark), card=card, evse_uid=mark)
        headers = {"OCPI-to-country-code": to[0], "OCPI-to-party-id": to[1]}
        peer = platform.hub.peer
        try:
            answer = platform.hub.call("POST", url, token=peer.token, headers=headers, body=body)
        except HubUnreachable:
            return {"http": 0, "code": 0, "id": ""}
        data = answer.data if isinstance(answer.data, dict) else {}
        return {"http": answer.status, "code": answer.code, "id": data.get("command_id", "")}

    def answers(self, name: str, url: str, result: str) -> int:
        """The result of a command, to the hub's `response_url`; the OCPI status, 0 if none."""
        try:
            return self.platforms[name].hub.callback(url, {"result": result}).code
        except HubUnreachable:
            return 0

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
