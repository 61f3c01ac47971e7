"""How a platform behaves towards a request: well, or in one of the ways that real partners fail.

A behaviour turns an Exchange into a Reply. Rules choose it by module, method or object.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from entrypoints.sandbox.journal import Received
from entrypoints.sandbox.reply import Ending, Reply, refused

FOREVER: Final = float("inf")


@dataclass
class Exchange:
    """One request on its way to an answer."""

    request: Received
    well: Callable[[Received], tuple[Reply, int]]
    applied: int = 0

    def answer(self) -> Reply:
        """What a good platform does and answers. Call it once, or not at all."""
        reply, self.applied = self.well(self.request)
        return reply


Behaviour = Callable[[Exchange], Reply]


def _well(exchange: Exchange) -> Reply:
    return exchange.answer()


def _hang(_: Exchange) -> Reply:
    return Reply(status=0, hold=FOREVER, ending=Ending.CUT)


def _reset(_: Exchange) -> Reply:
    return Reply(status=0, ending=Ending.CUT)


def _apply_then_reset(exchange: Exchange) -> Reply:
    exchange.answer()
    return Reply(status=0, ending=Ending.CUT)


def _half(exchange: Exchange) -> Reply:
    return replace(exchange.answer(), ending=Ending.HALF)


def _duplicate(_: Exchange) -> Reply:
    """What many receivers say to what they have; OCPI has no status code for it."""
    return refused(2001, "duplicate CDR: it is here already")


def _unknown_token(_: Exchange) -> Reply:
    """A refusal of a CDR that reads like one of a duplicate, and is none."""
    return refused(2001, "No token exists with this uid")


def _garbage(_: Exchange) -> Reply:
    return Reply(body=b'\x00\xff{"status_code":1000,')


def _html(_: Exchange) -> Reply:
    page = b"<!doctype html><title>Welcome</title><p>It works."
    return Reply(body=page, headers={"Content-Type": "text/html"})


def _endless(_: Exchange) -> Reply:
    return Reply(body=b'{"status_code":1000,"data":"' + b"x" * 65_536, ending=Ending.ENDLESS)


def _slow(seconds: str) -> Behaviour:
    delay = float(seconds)
    return lambda exchange: replace(exchange.answer(), hold=delay)


def _drip(seconds: str) -> Behaviour:
    delay = float(seconds or 1)
    return lambda exchange: replace(exchange.answer(), pace=delay)


def _http(told: str) -> Behaviour:
    status, _, retry_after = told.partition(":")
    headers = {"Content-Type": "text/plain"}
    if retry_after:
        headers["Retry-After"] = retry_after
    reply = Reply(int(status), b"no envelope here", headers)
    return lambda _: reply


def _ocpi(told: str) -> Behaviour:
    code, _, status = told.partition(":")
    number, http = int(code), int(status or 200)
    return lambda _: refused(number, f"told to answer {number}", status=http)


def _redirect(url: str) -> Behaviour:
    return lambda _: Reply(301, headers={"Location": url})


_PLAIN: Final[dict[str, Behaviour]] = {
    "well": _well,
    "hang": _hang,
    "reset": _reset,
    "half": _half,
    "duplicate": _duplicate,
    "unknown_token": _unknown_token,
    "apply_then_reset": _apply_then_reset,
    "garbage": _garbage,
    "html": _html,
    "endless": _endless,
    "drip": _drip(""),
}
_TOLD: Final[dict[str, Callable[[str], Behaviour]]] = {
    "slow": _slow,
    "drip": _drip,
    "http": _http,
    "ocpi": _ocpi,
    "redirect": _redirect,
}


def behaviour_named(name: str) -> Behaviour:
    """`well`, `hang`, `slow:2`, `http:429:30`, `ocpi:2001`, `ocpi:3000:500`, `redirect:URL` ...

    :raises ValueError: naming those that there are.
    """
    kind, _, told = name.partition(":")
    try:
        return _TOLD[kind](told) if told else _PLAIN[kind]
    except (KeyError, ValueError):
        known = ", ".join([*_PLAIN, "slow:SECONDS", "http:STATUS", "ocpi:CODE", "redirect:URL"])
        raise ValueError(f"{name!r} is no behaviour; there are: {known}") from None


@dataclass
class Rule:
    """`behaviour` for what fits; None fits all. `left`: how many requests more, None for all."""

    name: str
    behaviour: Behaviour
    module: str | None = None
    method: str | None = None
    object_id: str | None = None
    left: int | None = None

    @property
    def scope(self) -> tuple[str | None, ...]:
        return self.module, self.method, self.object_id

    def fits(self, request: Received) -> bool:
        return (
            self.module in (None, request.module)
            and self.method in (None, request.method)
            and (self.object_id is None or self.object_id.upper() in _ids(request))
            and self.left != 0
        )


def _ids(request: Received) -> set[str]:
    """Every id that the request names: in its path, or as the `id` or `uid` of its body."""
    named = set(request.segments)
    try:
        body = request.json()
    except ValueError:
        body = None
    if isinstance(body, dict):
        named |= {str(body[key]) for key in ("id", "uid") if key in body}
    return {name.upper() for name in named}


@dataclass
class Rules:
    """The behaviours of a platform. The rule that was set last wins. Safe for threads."""

    _rules: list[Rule] = field(default_factory=list)
    _released: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def set(self, rule: Rule) -> None:
        """Put `rule` in place of that with the same scope; one without any scope replaces all.

        Requests that hang under earlier rules are let go.
        """
        unscoped = not any(rule.scope)
        with self._lock:
            kept = [] if unscoped else [r for r in self._rules if r.scope != rule.scope]
            self._rules = [rule, *kept]
            self._released.set()
            self._released = threading.Event()

    def apply(self, exchange: Exchange) -> tuple[Reply, str]:
        """The reply to the exchange, and the name of the behaviour that made it."""
        with self._lock:
            rule = next((r for r in self._rules if r.fits(exchange.request)), None)
            if rule is not None and rule.left is not None:
                rule.left -= 1
            released = self._released
        if rule is None:
            return exchange.answer(), "well"
        return replace(rule.behaviour(exchange), released=released), rule.name
