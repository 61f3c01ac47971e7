"""An invitation for the sandbox, on record as every other one."""

from typing import NamedTuple

from domain.operators.audit import AuditEvent
from domain.partners.approval import Invited
from domain.partners.party import parse_role
from entrypoints.operations.acting import on_record, this_command_line
from entrypoints.operations.output import open_hub


class InvitedPlatform(NamedTuple):
    """The versions URL of the hub that runs here, and the invitation's token."""

    versions_url: str
    token: str


def invite_sandbox(role: str) -> InvitedPlatform:
    """An invitation for a role of the sandbox's, as `CPO:DE-ABC`.

    :raises ValueError: if it is written otherwise.
    """
    hub, made = open_hub(), list[InvitedPlatform]()
    roles = [Invited(*parse_role(role))]

    def does() -> str:
        invitation = hub.administration.invite(name=f"Sandbox {role}", roles=roles)
        made.append(InvitedPlatform(invitation.versions_url, invitation.token))
        return invitation.partner.id

    on_record(hub, AuditEvent("partner.invite", this_command_line()), {}, does)
    return made[0]
