"""Opens sockets to addresses that were checked, and to nothing else.

A name is resolved once; every answer is checked; the socket goes to a checked answer, so a name
that means something else a moment later (DNS rebinding) changes nothing.
"""

import socket
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

from ssrfguard import Address, Policy, Resolver, SocketOption, SSRFGuardError, connect, resolve

from adapters.outbound.addresses import policy_for
from adapters.outbound.deadline import Deadline
from adapters.outbound.reasons import reason_of
from domain import errors
from domain.routing.outbound_urls import as_given

_ADDRESSES_TRIED = 4


@dataclass(frozen=True)
class Dialer:
    """Knows which addresses are allowed. `resolver` is called as `socket.getaddrinfo` is."""

    allow_private_networks: bool
    resolver: Resolver = socket.getaddrinfo

    def check(self, url: str) -> None:
        """Refuse what can be refused without a lookup; microseconds.

        :raises errors.AddressRefused: for its characters, the scheme, userinfo, host or literal
            address.
        """
        whole = as_given(url)
        try:
            self._policy(whole).check_url(whole)
        except (SSRFGuardError, ValueError):
            raise errors.AddressRefused("the hub may not call this URL") from None

    def dial(
        self, origin: str, *, until: Deadline, options: Sequence[SocketOption] = ()
    ) -> socket.socket:
        """A connected socket; its timeout is what is left of `until`.

        :raises errors.AddressRefused: if any address of the host is refused.
        :raises errors.Unreachable: if the name has no address, or none of them answers in time.
        """
        try:
            policy = self._policy(origin)
            addresses = self._resolve(origin, policy, until)
            found = _first_that_answers(addresses[:_ADDRESSES_TRIED], policy, until, options)
        except SSRFGuardError:
            raise errors.AddressRefused("the name leads where the hub may not call") from None
        except (OSError, ValueError) as failure:
            place = origin.partition("://")[2].rstrip("/")
            raise errors.Unreachable(reason_of(failure, place)) from None
        return _held_to(until, found)

    def _policy(self, url: str) -> Policy:
        return policy_for(url, allow_private_networks=self.allow_private_networks)

    def _resolve(self, origin: str, policy: Policy, until: Deadline) -> Sequence[Address]:
        target = policy.check_url(origin)
        if target.is_literal_address:
            return resolve(target, policy=policy)
        return resolve(target, policy=policy, resolver=_bounded(self.resolver, until))


def _bounded(resolver: Resolver, until: Deadline) -> Resolver:
    """`getaddrinfo` takes no timeout, and a partner may run the name server that it waits for."""

    def look_up(*question: Any) -> Any:
        outcome: SimpleQueue[Any] = SimpleQueue()
        asking = Thread(target=_resolve_into, args=(resolver, question, outcome), daemon=True)
        asking.start()
        try:
            answers = outcome.get(timeout=until.left())
        except Empty:
            raise TimeoutError("no answer from the name server") from None
        if isinstance(answers, Exception):
            raise answers
        return answers

    return look_up


def _resolve_into(resolver: Resolver, question: tuple[Any, ...], outcome: SimpleQueue[Any]) -> None:
    try:
        outcome.put(list(resolver(*question)))
    except (OSError, ValueError) as failure:
        outcome.put(failure)


def _first_that_answers(
    addresses: Sequence[Address],
    policy: Policy,
    until: Deadline,
    options: Sequence[SocketOption],
) -> socket.socket:
    """Each address gets its share of the time, so a dead first one does not use it up."""
    *others, last = addresses
    for tried, address in enumerate(others):
        share = until.left() / (len(addresses) - tried)
        with suppress(OSError):
            return connect([address], policy=policy, timeout=share, socket_options=options)
    return connect([last], policy=policy, timeout=until.left(), socket_options=options)


def _held_to(until: Deadline, connected: socket.socket) -> socket.socket:
    try:
        connected.settimeout(until.left())
    except TimeoutError:
        connected.close()
        raise errors.Unreachable("no time left after connecting") from None
    return connected
