"""Acts of the command line: each is put on record before it is done, and again when it ended.

`@acts` is the mark of a command that changes something. It adds `--reason`.
"""

import os
import pwd
import socket
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

import click

from application.hub import Hub
from domain.noted_text import storable
from domain.operators.audit import Actor, ActorKind, AuditEvent
from entrypoints.hub_api.acts import asked_by, named_by, subject
from entrypoints.hub_api.asked import LONGEST_REASON
from entrypoints.operations.output import open_hub

Does = Callable[..., str | None]
_REASON = click.option("--reason", help="Why: the audit trail has it.")


def acts(
    act: str,
    *,
    check: Callable[[Mapping[str, Any]], None] = lambda given: None,
    where: Callable[[Mapping[str, Any]], bool] = lambda given: True,
) -> Callable[[Does], Callable[..., None]]:
    """Put the command on record under this dotted name.

    What the command returns names what it has made. `check` is asked before anything is recorded,
    and raises UsageError; `where` it says no, the command only reads.
    """

    def recorded(does: Does) -> Callable[..., None]:
        @wraps(does)
        def command(reason: str | None, **given: Any) -> None:
            check(given)
            if not where(given):
                does(**given)
                return
            hub = open_hub()
            event = AuditEvent(
                act,
                this_command_line(),
                reason=storable(reason or "", LONGEST_REASON),
                asked=asked_by(given),
            )
            on_record(hub, event, given, lambda: does(**given))

        vars(command)["act"] = act
        return _REASON(command)

    return recorded


def on_record(
    hub: Hub, event: AuditEvent, given: Mapping[str, Any], does: Callable[[], str | None]
) -> None:
    """Do it, between its two records."""
    named, kind = _named(event.act, given), event.act.partition(".")[0]

    def look(made: str | None) -> Any:
        return subject(hub, event.act, {**named, **({kind: made} if made else {})})

    hub.audited_acts.do(event, does, look)


def this_command_line() -> Actor:
    """The system's user, on this machine; where it came by SSH, from which address."""
    user = pwd.getpwuid(os.getuid()).pw_name
    if by_sudo := os.environ.get("SUDO_USER"):
        user = f"{user} (sudo of {by_sudo})"
    place = socket.gethostname()
    if by_ssh := os.environ.get("SSH_CLIENT", "").partition(" ")[0]:
        place = f"{place} (ssh from {by_ssh})"
    return Actor(ActorKind.COMMAND_LINE, storable(user, 100), place=storable(place, 200))


def _named(act: str, given: Mapping[str, Any]) -> Mapping[str, str]:
    """What the parameters name; an agreement is named by its id, or by two parties."""
    parties = {name: str(given[name]) for name in ("one", "other") if name in given}
    if isinstance(given.get("named"), tuple):
        return {"agreement": "~".join(given["named"])}
    return named_by(act, {**given, **parties})
