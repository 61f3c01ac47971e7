"""What partners do to their own connection is in `ocpi-hub audit list`, and no token is."""

import json

from domain.partners.limits import ALWAYS, LimitClass
from entrypoints.sandbox import Platform
from tests.http.commands import printed, run
from tests.http.hub_server import HubServer


def test_a_partners_handshakes_are_in_the_audit_trail(hub: HubServer, cpo: Platform) -> None:
    registered, begun = printed(hub, "audit", "list", "--act", "partner.register")
    assert (begun["outcome"], begun["id"]) == ("begun", registered["id"])
    assert (registered["actor_kind"], registered["actor"]) == ("partner", "DE-ABC")
    assert (registered["place"], registered["object"]) == ("127.0.0.1", "DE-ABC")
    assert registered["before"] == {"state": "INVITED", "roles": [], "url": None, "version": None}
    assert registered["after"]["state"] == "REGISTERED"
    assert registered["after"]["roles"] == ["CPO DE-ABC"]

    tokens = [cpo.hub.peer.token]
    assert cpo.hub.rotate().ok
    tokens.append(cpo.hub.peer.token)
    assert cpo.hub.unregister().ok

    acts = [each["act"] for each in printed(hub, "audit", "list", "--act", "partner")]
    assert acts[:4] == ["partner.unregister"] * 2 + ["partner.renew"] * 2
    gone = printed(hub, "audit", "list", "--act", "partner.unregister")[0]
    assert gone["after"] == {"state": "UNREGISTERED"}
    trail = run(hub, "audit", "export").stdout
    tokens += [json.loads(each.body)["token"] for each in cpo.sent if each.method == "PUT"]
    assert len(tokens) == 3
    assert not [each for each in tokens if each in trail]


def test_handshakes_of_one_partner_are_paced(hub: HubServer, cpo: Platform) -> None:
    """Each leaves two records that are kept for ever."""
    paced = ALWAYS[LimitClass.ACTS]
    place, token = cpo.hub.peer.url("credentials", "SENDER"), cpo.hub.peer.token
    said = [405]
    while said[-1] == 405 and len(said) < 10 * paced:
        said.append(cpo.hub.call("POST", place, token=token, body={}).status)

    assert said[-1] == 429
    assert len(said) >= paced
