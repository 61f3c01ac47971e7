"""What the partners' guide shows is what the hub says: it is a run, and this is the run.

`make guide` writes it anew.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from entrypoints.sandbox import Platform
from entrypoints.sandbox.charging import cdr, token
from entrypoints.sandbox.commands import carrying_out, start_session
from entrypoints.sandbox.fixtures import location
from entrypoints.sandbox.routing import next_page
from tests.http.guide import Guide
from tests.http.hub_server import HubServer

_GUIDE = Path(__file__).parents[2] / "docs" / "partners.md"
_BEGIN = "<!-- what follows is written by `make guide` -->\n"
_END = "<!-- end of what `make guide` writes -->\n"
_CPO, _MSP = ("DE", "ABC"), ("NL", "MS1")


@pytest.fixture
def new() -> Iterator[Platform]:
    """DE-ABC, not registered yet."""
    with Platform([("CPO", *_CPO, "ABC Charging")]) as platform:
        yield platform


def test_the_guide_shows_what_the_hub_says(hub: HubServer, msp: Platform, new: Platform) -> None:
    guide = Guide()
    guide.host(hub.url, "https://hub.example.com")
    guide.host(new.url, "https://cpo.example.com")
    guide.host(msp.url, "https://emsp.example.com")
    guide.token(msp.hub.peer.token, "token-c-of-the-emsp")

    _handshake(guide, hub, new)
    _push(guide, hub, new, msp)
    _list(guide, new, msp)
    _authorize(guide, new, msp)
    _command(guide, new, msp)
    _bill(guide, hub, new, msp)

    written = _GUIDE.read_text(encoding="utf-8")
    before, _, rest = written.partition(_BEGIN)
    shown, _, after = rest.partition(_END)
    if os.environ.get("HUB_WRITE_GUIDE"):
        _GUIDE.write_text(f"{before}{_BEGIN}\n{guide.text}\n{_END}{after}", encoding="utf-8")
        return
    assert shown.strip() == guide.text.strip(), "make guide writes it anew"


def _handshake(guide: Guide, hub: HubServer, new: Platform) -> None:
    roles = [{"role": "CPO", "country_code": "DE", "party_id": "ABC"}]
    invited = hub.call("POST", "/partners", body={"name": "ABC", "roles": roles}).data
    guide.token(invited["token"], "token-a")
    guide.tell("### The handshake")
    guide.tell("The CPO DE-ABC has token A (`token-a`, sent in base64). It asks for versions:")
    guide.asked(new, new.hub.call("GET", invited["versions_url"], token=invited["token"]))
    guide.tell("and for the details of 2.3.0:")
    details = f"{hub.url}/ocpi/2.3.0"
    guide.asked(new, new.hub.call("GET", details, token=invited["token"]))
    answer = new.hub.register(invited["versions_url"], invited["token"])
    called = [each for each in new.received if each.module in ("versions", "details")]
    guide.token(answer.data["token"], "token-c")
    guide.token(new.sent[-1].body.decode().partition('"token":"')[2].partition('"')[0], "token-b")
    guide.tell("It posts its credentials. The answer brings token C, which it uses from then on:")
    guide.asked(new, answer)
    guide.tell("Before it answered, the hub has called the CPO, with token B:")
    for request in called[:2]:
        guide.called(request)


def _push(guide: Guide, hub: HubServer, cpo: Platform, msp: Platform) -> None:
    msp.clear()
    guide.tell("### A push")
    guide.tell("The CPO puts a location, to the hub:")
    place = (*_CPO, "LOC1")
    guide.asked(
        cpo, cpo.hub.push("PUT", "locations", place, location(id="LOC1"), to=cpo.hub.hub_party)
    )
    hub.deliver()
    guide.tell("Each eMSP that may see it gets it a moment later:")
    guide.called(msp.wait_for(lambda each: each.method == "PUT" and each.module == "locations"))


def _list(guide: Guide, cpo: Platform, msp: Platform) -> None:
    cpo.hub.push("PUT", "locations", (*_CPO, "LOC2"), location(id="LOC2"), to=cpo.hub.hub_party)
    guide.tell("### A list")
    guide.tell("The eMSP reads all locations that it may see, one to a page here:")
    first = msp.hub.get("locations", query="limit=1", to=msp.hub.hub_party)
    guide.asked(msp, first)
    guide.tell("and follows `Link` until there is none (the answer has LOC2, and no `Link`):")
    routed = {name: value for name, value in msp.sent[-1].headers.items() if "OCPI" in name}
    last = msp.hub.call("GET", next_page(first), token=msp.hub.peer.token, headers=routed)
    assert not next_page(last)
    guide.asked(msp, last, body=False)


def _authorize(guide: Guide, cpo: Platform, msp: Platform) -> None:
    card = token(uid="012345678")
    msp.own("tokens", card)
    msp.hub.push("PUT", "tokens", (*_MSP, card["uid"]), card)
    msp.clear()
    guide.tell("### Authorize")
    guide.tell("A card is held to a charger; the CPO asks, and names no eMSP:")
    url = cpo.hub.url("tokens", "SENDER", (card["uid"], "authorize"), "type=RFID")
    headers = {"OCPI-from-country-code": "DE", "OCPI-from-party-id": "ABC"}
    references = {"location_id": "LOC1", "evse_uids": ["EVSE1"]}
    answer = cpo.hub.call("POST", url, token=cpo.hub.peer.token, headers=headers, body=references)
    guide.asked(cpo, answer)
    guide.tell("The hub has asked the eMSP that issued it, and brought its answer back as it was:")
    guide.called(msp.wait_for(lambda each: each.module == "tokens" and each.method == "POST"))


def _command(guide: Guide, cpo: Platform, msp: Platform) -> None:
    cpo.clear()
    msp.clear()
    cpo.behave(carrying_out(cpo, []), "commands")
    guide.tell("### A command, and its result")
    guide.tell("The eMSP starts a session at the CPO's charger:")
    url = msp.callback_url("commands", "1")
    answer = msp.hub.push("POST", "commands", ("START_SESSION",), start_session(url), to=_CPO)
    asked = cpo.wait_for(lambda each: each.module == "commands")
    ours = asked.json()["response_url"]
    guide.examples[ours.rpartition("/")[2]] = "51f6e0"
    guide.asked(msp, answer)
    guide.tell("The CPO gets it with a `response_url` of the hub's:")
    guide.called(asked)
    guide.tell("Once the charger has answered, the CPO posts the result there:")
    guide.asked(cpo, cpo.hub.callback(ours, {"result": "ACCEPTED"}, to=_MSP))
    guide.tell("and the hub passes it on to the eMSP's own `response_url`:")
    guide.called(msp.wait_for(lambda each: each.module == "commands"))


def _bill(guide: Guide, hub: HubServer, cpo: Platform, msp: Platform) -> None:
    msp.clear()
    guide.tell("### A CDR")
    guide.tell("The CPO posts it. 201 with 1000 means that the hub has it in custody:")
    answer = cpo.hub.push("POST", "cdrs", (), cdr(), to=cpo.hub.hub_party)
    guide.asked(cpo, answer)
    hub.deliver()
    guide.tell("The hub delivers it, and keeps the eMSP's `Location` with the receipt:")
    guide.called(msp.wait_for(lambda each: each.module == "cdrs" and each.method == "POST"))
