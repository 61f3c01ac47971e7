"""One OCPI 2.3.0 connection side: parties, endpoints and state behind a real socket.

It behaves well unless it is told otherwise.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType

from entrypoints.sandbox import control
from entrypoints.sandbox.answering import Answering
from entrypoints.sandbox.caller import Caller
from entrypoints.sandbox.client import HubClient
from entrypoints.sandbox.connection import Connection
from entrypoints.sandbox.exchange import Behaviour, Exchange, Rule, Rules, behaviour_named
from entrypoints.sandbox.handshake import Handshake
from entrypoints.sandbox.journal import Journal, Received, Sent
from entrypoints.sandbox.parties import Module, Party, Profile, typical_modules
from entrypoints.sandbox.receiver import Receiver
from entrypoints.sandbox.reply import Reply
from entrypoints.sandbox.routing import located
from entrypoints.sandbox.sender import Sender
from entrypoints.sandbox.server import Listener
from entrypoints.sandbox.shelf import Key, Shelf, key_of, own_key
from entrypoints.sandbox.wire import Document


class Platform:
    """A partner's platform. Starts in milliseconds; a context manager.

    `parties`: (role, country code, party id, name). `modules`: (module, interface), by default what
    the roles usually offer. `ledger`: see Journal. `data_dir`: where tokens and objects outlive the
    process. `control`: also serve /_sandbox/, for tests that run a platform as a process.
    """

    def __init__(
        self,
        parties: Sequence[tuple[str, str, str, str]],
        *,
        port: int = 0,
        host: str = "127.0.0.1",
        prefix: str = "/ocpi",
        public_url: str = "",
        modules: Sequence[Module] | None = None,
        versions: Sequence[str] = ("2.3.0",),
        hub_party_id: str = "",
        ledger: Path | str | None = None,
        data_dir: Path | str | None = None,
        control: bool = False,
    ) -> None:
        folder = _folder(data_dir)
        own = tuple(Party(*party) for party in parties)
        offered = typical_modules(own) if modules is None else tuple(modules)
        self._profile = Profile(own, "", tuple(versions), offered, hub_party_id)
        self._prefix, self._public_url = prefix, public_url.rstrip("/")
        self._control = control
        self.page_limit = 100
        self.connection = Connection(folder and folder / "connection.json")
        self.journal = Journal(Path(ledger) if ledger else None)
        self.held = Shelf(folder and folder / "held.jsonl")
        self.owned = Shelf(folder and folder / "owned.jsonl")
        self._rules = Rules()
        self.listener = Listener(host, port or self.connection.port, self._respond)
        caller = Caller(self.journal)
        self.hub = HubClient(self.connection, caller, lambda: self.profile)
        self._answering = Answering(
            self.connection,
            lambda: self.profile,
            Handshake(self.connection, caller, lambda: self.profile),
            Receiver(self.held, self._cdr_url),
            Sender(self.owned, lambda: self.page_limit, self._sender_url),
        )

    # Being there

    def start(self) -> "Platform":
        """Listen, on the same port as before if it ran before. :raises OSError: if it is taken."""
        self.listener.start()
        self.connection.remember_port(self.listener.port)
        return self

    def stop(self) -> None:
        """Refuse connections and cut the open ones, as a crash would. All state stays."""
        self.listener.stop()
        self.hub.caller.close()

    def __enter__(self) -> "Platform":
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """Scheme, host and port."""
        return self._public_url or f"http://{self.listener.host}:{self.listener.port}"

    @property
    def profile(self) -> Profile:
        return replace(self._profile, base=self.url + self._prefix)

    @property
    def versions_url(self) -> str:
        return self.profile.versions_url

    def publish(
        self,
        *,
        parties: Sequence[tuple[str, str, str, str]] | None = None,
        modules: Sequence[Module] | None = None,
        versions: Sequence[str] | None = None,
    ) -> None:
        """Change what versions, details and credentials say from now on."""
        now = self._profile
        self._profile = replace(
            now,
            parties=now.parties if parties is None else tuple(Party(*party) for party in parties),
            modules=now.modules if modules is None else tuple(modules),
            versions=now.versions if versions is None else tuple(versions),
        )

    def invite(self) -> str:
        """A token A with which the hub may register here."""
        return self.connection.invite()

    def callback_url(self, module: str, *segments: str) -> str:
        """A URL of this platform to give as `response_url` of a command or charging profile."""
        return located(self._sender_url(module), ("callback", *segments), "")

    # Objects

    def own(self, module: str, item: Document) -> Document:
        """Have `item` in the SENDER interface of `module`, in place of one with the same ids."""
        self.owned.put(module, own_key(module, item), item)
        return item

    def disown(self, module: str, item: Document) -> None:
        self.owned.drop(module, own_key(module, item))

    def holds(self, module: str, *key: str) -> Document | None:
        """What was pushed here and is present state now: `holds("locations", "DE", "ABC", "LOC1")`.

        Tokens end in their type, hubclientinfo in the role. CDRs have the path of their owner too.
        """
        return self.held.get(module, key_of(key))

    # What happened

    @property
    def received(self) -> list[Received]:
        return self.journal.received()

    @property
    def sent(self) -> list[Sent]:
        return self.journal.sent()

    def wait_for(self, predicate: Callable[[Received], bool], timeout: float = 30.0) -> Received:
        """The first request that fits, past or coming. :raises TimeoutError: saying what came."""
        return self.journal.wait_for(predicate, timeout)

    def follow(self) -> Iterator[Received]:
        """Every request from now on, as it comes, without an end."""
        return self.journal.follow()

    def clear(self) -> None:
        """Forget what was received and sent; state and ledger file stay."""
        self.journal.clear()

    def behave(
        self,
        how: str | Behaviour,
        module: str | None = None,
        *,
        method: str | None = None,
        object_id: str | None = None,
        times: int | None = None,
    ) -> None:
        """Behave like that from now on towards what fits; without any scope, towards everything.

        The rule set last wins; hanging requests are let go. `times`: then well again.

        :raises ValueError: if `how` names no behaviour.
        """
        behaviour = behaviour_named(how) if isinstance(how, str) else how
        name = how if isinstance(how, str) else getattr(how, "__name__", "custom")
        self._rules.set(Rule(name, behaviour, module, method, object_id, times))

    # Answering

    def _respond(self, request: Received) -> Reply:
        if self._control and request.path.startswith(control.PREFIX):
            return control.answer(self, request)
        target = self.profile.target(request.path, self._prefix)
        request = replace(request, module=target.module, role=target.role, segments=target.segments)
        exchange = Exchange(request, self._answering.well)
        reply, name = self._rules.apply(exchange)
        dressed = replace(reply, headers=self._answering.headers(request) | dict(reply.headers))
        self.journal.keep(
            replace(
                request,
                answer_status=reply.status,
                answer_body=reply.body,
                behaviour=name,
                applied=exchange.applied,
            )
        )
        return dressed

    def _cdr_url(self, key: Key) -> str:
        return located(self.profile.endpoint("cdrs", "RECEIVER"), key, "")

    def _sender_url(self, module: str) -> str:
        return self.profile.endpoint(module, "SENDER")


def _folder(path: Path | str | None) -> Path | None:
    if path is None:
        return None
    folder = Path(path)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder
