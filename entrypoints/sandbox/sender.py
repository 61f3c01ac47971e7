"""The platform's SENDER interfaces: what its parties own, and callbacks to them."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from entrypoints.sandbox.journal import Received
from entrypoints.sandbox.merging import nested
from entrypoints.sandbox.reply import Refused, Reply, success
from entrypoints.sandbox.shelf import Shelf, key_of
from entrypoints.sandbox.wire import Document


@dataclass(frozen=True)
class Sender:
    """`page_limit` gives the upper bound of a page, `url` an endpoint's own URL."""

    owned: Shelf
    page_limit: Callable[[], int]
    url: Callable[[str], str]

    def answer(self, request: Received) -> Reply:
        """:raises Refused: in OCPI terms."""
        if request.method == "GET":
            return self._single(request) if request.segments else self._list(request)
        match request.method, request.module, request.segments:
            case "POST", "tokens", (uid, "authorize"):
                return self._authorized(uid, request.parameter("type", "RFID"))
            case "PUT", "sessions", (_, "charging_preferences"):
                return _preferred(request.json())
            case "POST", "commands" | "chargingprofiles", (_, *_):
                return success()
            case "PUT", "chargingprofiles", (_,):
                return success()
        raise Refused(405, 2000, f"{request.method} is not for {request.module}")

    def _list(self, request: Received) -> Reply:
        asked = dict(parse_qsl(request.query))
        if request.module == "sessions" and "date_from" not in asked:
            raise Refused(200, 2001, "date_from is required")
        offset = _whole(asked.get("offset", "0"), least=0)
        bound = self.page_limit()
        limit = min(bound, _whole(asked.get("limit", str(bound)), least=1))
        found = [o for o in self._owned(request) if _within(o, asked)]
        headers = {"X-Total-Count": str(len(found)), "X-Limit": str(bound)}
        if offset + limit < len(found):
            following = asked | {"offset": str(offset + limit), "limit": str(limit)}
            headers["Link"] = f'<{self.url(request.module)}?{urlencode(following)}>; rel="next"'
        return success(found[offset : offset + limit], headers=headers)

    def _owned(self, request: Received) -> list[Document]:
        """What belongs to the addressed party; to any, if none of ours is addressed."""
        everything = self.owned.all(request.module)
        wanted = key_of(request.to)
        addressed = [o for o in everything if _owner(o) == wanted]
        return addressed if any(request.to) else everything

    def _single(self, request: Received) -> Reply:
        wanted, *inner = request.segments
        for item in self._owned(request):
            if str(item.get("id", item.get("uid"))).upper() == wanted.upper():
                found = nested(item, tuple(inner))
                if found is not None:
                    return success(found)
        raise Refused(404, 2003 if request.module == "locations" else 2000, "not known here")

    def _authorized(self, uid: str, kind: str) -> Reply:
        """Real-time authorization (OCPI 2.3.0, mod_tokens, POST)."""
        for token in self.owned.all("tokens"):
            if key_of((token["uid"], token["type"])) == key_of((uid, kind)):
                allowed = "ALLOWED" if token["valid"] else "BLOCKED"
                return success({"allowed": allowed, "token": token})
        raise Refused(404, 2004, "not known here")


def _preferred(preferences: Document) -> Reply:
    """A bare string (OCPI 2.3.0, mod_sessions, ChargingPreferencesResponse)."""
    if "profile_type" not in preferences:
        raise Refused(200, 2001, "profile_type is missing")
    return success("ACCEPTED")


def _owner(item: Document) -> tuple[str, ...]:
    return key_of((str(item["country_code"]), str(item["party_id"])))


def _within(item: Document, asked: dict[str, str]) -> bool:
    updated = _moment(str(item["last_updated"]))
    after = _moment(asked["date_from"]) <= updated if "date_from" in asked else True
    return after and (updated < _moment(asked["date_to"]) if "date_to" in asked else True)


def _moment(text: str) -> str:
    """A DateTime in a form that sorts: without `Z`, with a fraction."""
    whole, _, fraction = text.removesuffix("Z").partition(".")
    return f"{whole}.{fraction.ljust(9, '0')}"


def _whole(text: str, *, least: int) -> int:
    if not text.isdecimal() or int(text) < least:
        raise Refused(200, 2001, f"{text!r} will not do for offset or limit")
    return int(text)
